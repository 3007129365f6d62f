"""The way back for an address that gets no more mail: its reader says that it works again."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction

from accounts.actions.limits import Limit, take
from accounts.models import User
from digests.actions.composing import AskedTooOften, send_now
from digests.models import Suppression

LIFTS = Limit(2, timedelta(days=30))  # of one reader: relays look down on those who go on writing to nobody


class LiftedTooOften(Exception):
    """The reader has said so often enough for now."""


def suppression_of(*, user: User) -> Suppression | None:
    """Return why a reader's address gets no mail, or None."""
    return Suppression.objects.of([user.email]).first()


@transaction.atomic
def lift_suppression(*, user: User) -> bool:
    """Write to a reader's address again, at once with this week's digest, so that it shows whether it works.

    What was switched off because of a complaint stays off. What staff suppressed by hand is for them to lift.

    Returns:
        Whether there was anything to lift.

    Raises:
        LiftedTooOften: after twice within thirty days.
    """
    suppression = Suppression.objects.of([user.email]).exclude(kind=Suppression.Kind.BY_HAND).select_for_update().first()
    if suppression is None:
        return False
    if take(action="lift_suppression", subject=str(user.pk), limit=LIFTS):
        raise LiftedTooOften
    suppression.delete()
    with suppress(AskedTooOften):
        send_now(user=user)
    return True
