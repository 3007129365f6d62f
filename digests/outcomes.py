"""One line in the log for each attempt at a mail: what it was, what became of it, and how long that took. It names nobody."""

import logging

from digests.channels import Verdict
from digests.models import Delivery

log = logging.getLogger(__name__)


def log_outcome(delivery: Delivery, verdict: Verdict, *, state: str, attempts: int, seconds: float) -> None:
    """Write the line.

    Args:
        state: the row's state from now on.
        attempts: how many there were, with this one.
        seconds: that the attempt took.
    """
    said = {
        "delivery": delivery.pk,
        "kind": delivery.kind,
        "state": str(state),
        "verdict": verdict.name.lower(),
        "attempts": attempts,
        "domain": delivery.address.rpartition("@")[2].lower(),
        "duration_ms": round(seconds * 1000),
    }
    words = "Mail %(delivery)s (%(kind)s) to %(domain)s: %(state)s, %(verdict)s at attempt %(attempts)s in %(duration_ms)s ms"
    log.info(words, said, extra=said)
