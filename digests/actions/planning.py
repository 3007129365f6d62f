"""Planning: one digest row for each subscription whose hour has come, and a subscription for each new reader."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.hints import hint
from accounts.models import User
from digests.actions.clock import database_now
from digests.models import Digest, Subscription, TeamDigest, TeamSubscription, VisitorDigest, VisitorSubscription
from digests.models.calendar import Calendar

BATCH = 500
State = Digest.State
# Whoever wants a digest, and the kind of digest they get: all are planned alike.
Wanting = type[Subscription] | type[TeamSubscription] | type[VisitorSubscription]
Kind = type[Digest] | type[TeamDigest] | type[VisitorDigest]
Period = tuple[str, date]  # its key, and the day in it that has the digest
log = logging.getLogger(__name__)


def address_is_confirmed(user: str) -> Exists:
    """Tell whether the person in a column proved the address; before that it may be anybody's, and gets no mail but the question."""
    return Exists(EmailAddress.objects.filter(user=OuterRef(user), verified=True, primary=True))


def enrol_new_readers() -> int:
    """Give everybody whose address is confirmed a digest a week, Monday 08:00 on their own clock; return how many."""
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

    However long nobody planned, only the latest one is: nobody wants the old ones in a heap.
    """
    return _plan_all(Subscription, Digest)


def plan_team_digests() -> int:
    """The same for teams."""
    return _plan_all(TeamSubscription, TeamDigest)


def plan_visitor_digests() -> int:
    """The same for visitors without an account."""
    return _plan_all(VisitorSubscription, VisitorDigest)


def _plan_all(wanting: Wanting, kind: Kind) -> int:
    count = 0
    while planned := _plan_batch(wanting, kind):
        count += planned
    return count


@transaction.atomic
def _plan_batch(wanting: Wanting, kind: Kind) -> int:
    due: list[Any] = list(wanting.objects.due().select_for_update(skip_locked=True, of=("self",))[:BATCH])
    if due:
        now = database_now()
        _write_plans(_by_period(due, lambda subscription: subscription.latest_day(now)), kind)
        for subscription in due:
            subscription.next_due_at = _next_due(subscription, now)
        wanting.objects.bulk_update(due, ["next_due_at"])
        hint("digests.compose")
    return len(due)


def _by_period(subscriptions: Iterable[Any], day_of: Callable[[Any], date]) -> dict[Period, list[Any]]:
    """Return for which day, and so for which period, each subscription is to have a digest; those without a calendar for none."""
    periods: dict[Period, list[Any]] = defaultdict(list)
    for subscription in subscriptions:
        try:
            day = day_of(subscription)
            periods[subscription.period_of(day), day].append(subscription)
        except Exception:
            log.exception("%s has no calendar", subscription)
    return periods


def _write_plans(periods: Mapping[Period, Sequence[Any]], kind: Kind) -> None:
    """Plan digests by period; one that was skipped or failed is planned anew, a ready one stays as it is.

    Who had one of another cadence within the period, for they changed it since, had that period's.
    """
    for (key, day), subscriptions in periods.items():  # at one hour few: two dates, around the date line three, by four cadences
        others = kind.objects.of_period(key).filter(subscription__in=subscriptions).exclude(period_key=key)
        had = set(others.values_list("subscription_id", flat=True))
        without = [subscription for subscription in subscriptions if subscription.pk not in had]
        digests: list[Any] = [kind(subscription=subscription, period_key=key, day=day) for subscription in without]
        kind.objects.bulk_create(digests, batch_size=BATCH, ignore_conflicts=True)
        anew = kind.objects.filter(period_key=key, subscription__in=without, state__in=[State.SKIPPED, State.FAILED])
        unasked = {"is_asked_for": False} if kind is Digest else {}  # what was asked for then has had its answer
        anew.update(state=State.PLANNED, reason="", day=day, **unasked)


def _next_due(subscription: Calendar, now: datetime) -> datetime:
    """Never raises: one row with a zone that no longer exists must not stop everybody's planning."""
    try:
        return subscription.due_after(now)
    except Exception:
        log.exception("%s has no calendar", subscription)
        return now + timedelta(days=1)


def plan_now() -> int:
    """Plan the present period's digest now for all active subscriptions, whatever their day; return how many are to compose.

    One that was skipped or failed is planned anew; one that is ready stays as it is.
    """
    last = 0
    while batch := list(Subscription.objects.active().filter(pk__gt=last).order_by("pk")[:BATCH]):
        _plan_present(batch)
        last = batch[-1].pk
    return Digest.objects.planned().count()


@transaction.atomic
def _plan_present(subscriptions: Sequence[Subscription]) -> None:
    now = database_now()
    _write_plans(_by_period(subscriptions, lambda subscription: subscription.today(now)), Digest)
