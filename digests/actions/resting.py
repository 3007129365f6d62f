"""Leaving the relay alone: a sender that finds it away or busy tells all others, and after a while they look again."""

from django.db import connection
from django.db.models.functions import Now

from digests.models import RelayRest

FIRST, LONGEST = 20, 900  # seconds
# Several senders find out at the same moment: that counts once. The row is locked while its wait is doubled.
REST = """
INSERT INTO digests_relayrest AS rest (id, until, failures, reason)
VALUES (1, statement_timestamp() + make_interval(secs => %(first)s), 1, %(reason)s)
ON CONFLICT (id) DO UPDATE SET
    until = statement_timestamp() + make_interval(secs => least(%(first)s * power(2, least(rest.failures, 20)), %(longest)s)),
    failures = rest.failures + 1,
    reason = excluded.reason
WHERE rest.until < statement_timestamp()
"""


def is_resting() -> bool:
    return RelayRest.objects.filter(until__gt=Now()).exists()


def rest(reason: str) -> None:
    """Leave the relay alone for 20 seconds; twice as long each time that it still is no better, up to 15 minutes.

    Args:
        reason: what it said, or what went wrong.
    """
    with connection.cursor() as cursor:
        cursor.execute(REST, {"first": FIRST, "longest": LONGEST, "reason": reason})


def end_rest() -> None:
    """The relay took a mail: it is well again."""
    RelayRest.objects.all().delete()
