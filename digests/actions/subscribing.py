"""Beginning, changing and ending a subscription."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from digests.actions.clock import database_now
from digests.models import Delivery, Subscription
from digests.signing import read_unsubscribe_token


def subscription_of(*, user: User) -> Subscription:
    """Return the reader's subscription, begun at its first use in the reader's own time zone."""
    if subscription := Subscription.objects.filter(user=user).select_related("user").first():
        return subscription
    new = Subscription(user=user, time_zone=user.time_zone)
    new.next_due_at = new.due_after(database_now())
    Subscription.objects.bulk_create([new], ignore_conflicts=True)
    return Subscription.objects.select_related("user").get(user=user)


@transaction.atomic
def change_subscription(*, subscription: Subscription, **changes: Any) -> Subscription:
    """Change day, hour, zone, length or whether it is on; the next digest is due at the next such hour from now.

    Switching it off also stops the mails that are not yet handed over.
    """
    for name, value in changes.items():
        setattr(subscription, name, value)
    subscription.next_due_at = subscription.next_open_due(database_now())
    subscription.save(update_fields=[*changes, "next_due_at"])
    if not subscription.is_active:
        _stop_mail(subscription.pk)
    return subscription


@transaction.atomic
def unsubscribe(*, token: str) -> bool:
    """End the subscription that a token of a mail names; return False for a token that names none."""
    pk = read_unsubscribe_token(token)
    if pk is None or not Subscription.objects.filter(pk=pk).update(is_active=False):
        return False
    _stop_mail(pk)
    return True


def _stop_mail(subscription_id: int) -> None:
    """Take mails off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
    mail = Delivery.objects.stoppable().of_subscriptions(subscription_id)
    mail.update(state=Delivery.State.SKIPPED, reason=_("the reader switched the weekly digest off"), lease=None)
