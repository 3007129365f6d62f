"""Beginning, changing and ending a subscription."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from digests import schedule
from digests.actions.clock import database_now
from digests.models import Delivery, Digest, Subscription
from digests.models.delivery import DeliveryQuerySet
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
    """Change cadence, day, hour, zone, length, pause or whether it is on; the next digest is due at the next such hour.

    Counted from now, or from the end of the pause, and only in a period that has had no digest: a change of the cadence neither
    doubles one nor loses one. Switching it off or pausing it also stops the mails that are not yet handed over.
    """
    subscription.refresh_from_db(from_queryset=Subscription.objects.select_for_update(of=("self",)))
    for name, value in changes.items():
        setattr(subscription, name, value)
    now = database_now()
    begins = max(now, subscription.paused_until or now)
    just_before = begins - timedelta.resolution if begins > now else now  # what is due as the pause ends is not in it
    subscription.next_due_at = subscription.next_open_due(just_before)
    subscription.save(update_fields=[*changes, "next_due_at"])
    if not subscription.is_active or begins > now:
        _take_back_wishes(subscription.pk)
    if not subscription.is_active:
        _stop_mail(Delivery.objects.of_subscriptions(subscription.pk), _("the reader switched the digest off"))
    elif begins > now:
        mail = Delivery.objects.of_subscriptions(subscription.pk).filter(on_request=False)
        _stop_mail(
            mail | Delivery.objects.filter(team_digest__isnull=False, reader=subscription.user_id), _("the reader paused the digest")
        )
    return subscription


def pause_until(*, subscription: Subscription, day: date) -> Subscription:
    """Let no digest come before a day on the reader's calendar."""
    return change_subscription(subscription=subscription, paused_until=schedule.due_at(day=day, hour=0, zone=subscription.time_zone))


@transaction.atomic
def unsubscribe(*, token: str) -> bool:
    """End the subscription that a token of a mail names; return False for a token that names none."""
    pk = read_unsubscribe_token(token)
    if pk is None or not Subscription.objects.filter(pk=pk).update(is_active=False):
        return False
    _take_back_wishes(pk)
    _stop_mail(Delivery.objects.of_subscriptions(pk), _("the reader switched the digest off"))
    return True


def _take_back_wishes(subscription: int) -> None:
    """What was asked for before opting out comes no more. Whoever composes a digest, for minutes, looks at that anew by itself."""
    planned = Digest.objects.planned().filter(subscription=subscription).select_for_update(skip_locked=True)
    Digest.objects.filter(pk__in=[digest.pk for digest in planned]).update(is_asked_for=False)


def _stop_mail(mail: DeliveryQuerySet, reason: str) -> None:
    """Take mails off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
    mail.stoppable().update(state=Delivery.State.SKIPPED, reason=reason, lease=None)
