"""Mails: one file per kind. Each loads what a batch of deliveries has in common, then writes them one by one."""

from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage

from digests.mails import digest, notice, outlet, team_digest, test, visitor_digest, visitor_subscription
from digests.models import Delivery

Write = Callable[[Delivery], EmailMessage]
# By Delivery.kind: loads a batch and returns what writes each mail of it.
KINDS: Mapping[str, Callable[[Sequence[Delivery]], Write]] = {
    "digest": digest.writer,
    "notice": notice.writer,
    "team_digest": team_digest.writer,
    "test": test.writer,
    "visitor_digest": visitor_digest.writer,
    "visitor_subscription": visitor_subscription.writer,
    "outlet": outlet.writer,
}


def writer(deliveries: Sequence[Delivery]) -> Write:
    """Load what a batch of mails needs. For readers' and visitors' digests the number of queries does not grow with it.

    Returns:
        A function from each of them to its mail, the same frozen content at every attempt. It raises for one that cannot be made.
    """
    by_kind: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_kind.setdefault(delivery.kind, []).append(delivery)
    writers = {kind: KINDS[kind](batch) for kind, batch in by_kind.items()}
    return lambda delivery: writers[delivery.kind](delivery)


def mail_of(delivery: Delivery) -> EmailMessage:
    """Return one mail."""
    return writer([delivery])(delivery)
