"""Planning: one digest row for each subscription whose hour has come, and a subscription for each new reader."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.hints import hint
from accounts.models import User
from digests import schedule
from digests.actions.clock import database_now
from digests.models import Digest, Subscription, TeamDigest, TeamSubscription, VisitorDigest, VisitorSubscription
from digests.models.calendar import Calendar

BATCH = 500
State = Digest.State
# Whoever wants a digest, and the digest of one week of theirs: all are planned alike.
Wanting = type[Subscription] | type[TeamSubscription] | type[VisitorSubscription]
Week = type[Digest] | type[TeamDigest] | type[VisitorDigest]
log = logging.getLogger(__name__)


def address_is_confirmed(user: str) -> Exists:
    """Tell whether the person in a column proved the address; before that it may be anybody's, and gets no mail but the question."""
    return Exists(EmailAddress.objects.filter(user=OuterRef(user), verified=True, primary=True))


def enrol_new_readers() -> int:
    """Give everybody whose address is confirmed a weekly digest, Monday 08:00 on their own clock; return how many."""
    enrolled = Subscription.objects.filter(user=OuterRef("pk"))
    new = User.objects.filter(address_is_confirmed("pk"), ~Exists(enrolled), is_active=True, deletion_due_at=None).order_by("pk")
    count = 0
    while batch := list(new[:BATCH]):
        now = database_now()
        subscriptions = [Subscription(user=user, time_zone=user.time_zone) for user in batch]
        for subscription in subscriptions:
            subscription.next_due_at = _next_due(subscription, now)
        Subscription.objects.bulk_create(subscriptions, ignore_conflicts=True)
        count += len(batch)
    return count


def plan_digests() -> int:
    """Plan a digest for every subscription that is due; return for how many subscriptions.

    However long nobody planned, only the latest week is: nobody wants the old ones in a heap.
    """
    return _plan_all(Subscription, Digest)


def plan_team_digests() -> int:
    """The same for teams."""
    return _plan_all(TeamSubscription, TeamDigest)


def plan_visitor_digests() -> int:
    """The same for visitors without an account."""
    return _plan_all(VisitorSubscription, VisitorDigest)


def _plan_all(wanting: Wanting, week: Week) -> int:
    count = 0
    while planned := _plan_batch(wanting, week):
        count += planned
    return count


@transaction.atomic
def _plan_batch(wanting: Wanting, week: Week) -> int:
    due: list[Any] = list(wanting.objects.due().select_for_update(skip_locked=True, of=("self",))[:BATCH])
    if due:
        weeks = _weeks_of(due, database_now())
        _write_plans(weeks, week)
        wanting.objects.bulk_update(due, ["next_due_at"])
        hint("digests.compose")
    return len(due)


def _weeks_of(subscriptions: Sequence[Calendar], now: datetime) -> dict[str, list[Calendar]]:
    """Return for which week each subscription is due, and set its next hour."""
    weeks = defaultdict(list)
    for subscription in subscriptions:
        try:
            weeks[schedule.period_key(subscription.latest_due(now), subscription.time_zone)].append(subscription)
        except Exception:
            log.exception("%s has no calendar", subscription)
        subscription.next_due_at = _next_due(subscription, now)
    return weeks


def _write_plans(weeks: Mapping[str, Sequence[Any]], week: Week) -> None:
    """Plan digests by week; one that was skipped or failed is planned anew, a ready one stays as it is."""
    for key, subscriptions in weeks.items():  # at any moment two, around the date line three
        digests: list[Any] = [week(subscription=subscription, period_key=key) for subscription in subscriptions]
        week.objects.bulk_create(digests, batch_size=BATCH, ignore_conflicts=True)
        anew = week.objects.filter(period_key=key, subscription__in=subscriptions, state__in=[State.SKIPPED, State.FAILED])
        anew.update(state=State.PLANNED, reason="")


def _next_due(subscription: Calendar, now: datetime) -> datetime:
    """Never raises: one row with a zone that no longer exists must not stop everybody's planning."""
    try:
        return subscription.due_after(now)
    except Exception:
        log.exception("%s has no calendar", subscription)
        return now + timedelta(days=1)


@transaction.atomic
def plan_this_week() -> int:
    """Plan the present week's digest now for all active subscriptions, whatever their day; return how many are to compose.

    One that was skipped or failed is planned anew; one that is ready stays as it is.
    """
    now, weeks = database_now(), defaultdict(list)
    for subscription in Subscription.objects.active().iterator():
        with suppress(ValueError, KeyError):  # no calendar: plan_digests() logs it
            weeks[schedule.period_key(now, subscription.time_zone)].append(subscription)
    _write_plans(weeks, Digest)
    return Digest.objects.planned().count()
