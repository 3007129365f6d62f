"""Every day, week or month: one digest in each period, through outages, travels and changes of mind."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Team, User
from digests.actions import (
    change_subscription,
    change_team_subscription,
    compose_digests,
    compose_team_digests,
    plan_digests,
    plan_now,
    plan_team_digests,
    send_now,
    subscription_of,
)
from digests.actions.clock import database_now
from digests.models import Delivery, Digest, DigestPaper, Subscription, TeamDigest, TeamSubscription
from digests.models.calendar import Calendar
from digests.schedule import Cadence, days_of, local_date, period_key
from papers.actions.lists import add_paper, create_list
from papers.models import ListItem
from tests.digests.makers import make_digest, make_due, make_mail
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
State = Digest.State
DAY = timedelta(days=1)
CHANGES = list(permutations(Cadence, 2))


def today(subscription: Calendar) -> date:
    return subscription.today(database_now())


def next_day(subscription: Calendar) -> date:
    return subscription.latest_day(subscription.next_due_at)


@pytest.mark.parametrize("cadence", Cadence)
def test_after_an_outage_of_two_weeks_there_is_one_digest_and_not_a_heap(cadence: str, alice: User) -> None:
    subscription = make_due(alice, cadence=cadence, next_due_at=Now() - timedelta(days=14))
    while plan_digests():
        pass
    digest = Digest.objects.get()
    latest = subscription.latest_day(database_now())
    assert (digest.day, digest.period_key) == (latest, period_key(latest, cadence))
    subscription.refresh_from_db()
    assert subscription.next_due_at > database_now()


@pytest.mark.parametrize("cadence", Cadence)
def test_what_was_planned_before_the_outage_gives_way_and_one_mail_goes_out(cadence: str, alice: User) -> None:
    make_paper()
    before = today(subscription_of(user=alice)) - timedelta(days=40)
    make_digest(alice, state=State.PLANNED, period_key=period_key(before, cadence), day=before)
    make_mail(alice, digest=make_digest(alice, period_key=period_key(before - 40 * DAY, cadence)))
    make_due(alice, cadence=cadence, next_due_at=Now() - timedelta(days=14))
    plan_digests()
    compose_digests()
    assert sorted(Digest.objects.values_list("state", flat=True)) == ["ready", "ready", "skipped"]
    assert Delivery.objects.to_send().count() == 1


def test_a_daily_digest_is_planned_every_day(alice: User) -> None:
    subscription = make_due(alice, cadence="daily", hour=0)
    plan_digests()
    yesterday = today(subscription) - DAY
    Digest.objects.update(period_key=yesterday.isoformat(), day=yesterday, state=State.READY)
    make_due(alice)
    plan_digests()
    assert sorted(Digest.objects.values_list("period_key", flat=True)) == [yesterday.isoformat(), today(subscription).isoformat()]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_who_changes_how_often_gets_no_second_digest_in_the_period(before: str, after: str, alice: User) -> None:
    subscription = subscription_of(user=alice)
    day = today(subscription)
    make_digest(alice, period_key=period_key(day, before), day=day)
    change_subscription(subscription=subscription, cadence=after, weekday=6, hour=23)
    assert next_day(subscription) > days_of(period_key(day, after))[1]
    plan_now()
    Subscription.objects.update(next_due_at=Now() - timedelta(minutes=1), weekday=day.weekday(), hour=0)
    plan_digests()
    assert Digest.objects.filter(day__gte=days_of(period_key(day, after))[0]).count() == 1


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_who_changes_how_often_misses_none_whose_period_has_had_no_digest(before: str, after: str, alice: User) -> None:
    subscription = subscription_of(user=alice)
    last = days_of(period_key(today(subscription), after))[0] - DAY
    make_digest(alice, period_key=period_key(last, before), day=last)
    change_subscription(subscription=subscription, cadence=after, weekday=6, hour=23)
    assert subscription.next_due_at == subscription.due_after(database_now())


def test_one_that_was_skipped_does_not_stand_in_for_the_one_of_the_new_cadence(alice: User) -> None:
    subscription = subscription_of(user=alice)
    day = today(subscription)
    make_digest(alice, period_key=period_key(day, "weekly"), day=day, state=State.SKIPPED)
    make_due(alice, cadence="daily", hour=0)
    plan_digests()
    assert Digest.objects.planned().get().period_key == day.isoformat()


@pytest.mark.parametrize("cadences", list(permutations(["weekly", "daily", "monthly"])))
def test_the_later_of_two_is_known_by_its_day_and_not_by_its_name(cadences: tuple[str, ...], alice: User) -> None:
    """As text 2026-11 is before 2026-11-27, and both are before 2026-W48."""
    days = [date(2026, 11, day) for day in (2, 10, 25)]
    first, second, third = (
        make_digest(alice, state=State.PLANNED, period_key=period_key(day, cadence), day=day)
        for day, cadence in zip(days, cadences, strict=True)
    )
    assert set(Digest.objects.planned().outdated()) == {first, second}
    assert list(Digest.objects.latest_of_each()) == [third]


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"])
@pytest.mark.parametrize("cadence", Cadence)
def test_who_travels_on_the_day_of_delivery_gets_one_digest_for_it(cadence: str, zone: str, alice: User) -> None:
    subscription = make_due(alice, cadence=cadence, hour=0, weekday=database_now().weekday())
    plan_digests()
    had = Digest.objects.get()
    change_subscription(subscription=subscription, time_zone=zone, hour=23)
    assert next_day(subscription) > had.day
    assert subscription.next_period() != had.period_key
    make_due(alice)
    plan_digests()
    keys = list(Digest.objects.values_list("period_key", flat=True))
    assert len(keys) == len(set(keys))
    days = sorted(Digest.objects.values_list("day", flat=True))
    assert days == sorted(set(days)), "nobody has the same day twice"


def test_the_button_sends_again_what_the_period_had_whatever_the_cadence_was(alice: User) -> None:
    subscription = subscription_of(user=alice)
    had = make_digest(alice, period_key=period_key(today(subscription), "weekly"), day=today(subscription))
    change_subscription(subscription=subscription, cadence="daily")
    assert send_now(user=alice) == had
    assert Delivery.objects.get().digest == had


def test_the_button_makes_the_day_s_digest_for_a_daily_reader(alice: User) -> None:
    Subscription.objects.filter(pk=subscription_of(user=alice).pk).update(cadence="daily", time_zone="Asia/Tokyo")
    digest = send_now(user=alice)
    assert digest.period_key == local_date(database_now(), "Asia/Tokyo").isoformat()


@pytest.mark.parametrize(("cadence", "is_in"), [("daily", False), ("weekly", False), ("monthly", True)])
def test_a_monthly_digest_looks_back_to_the_one_before(cadence: str, is_in: bool, alice: User) -> None:
    make_paper(first_seen_at=timezone.now() - timedelta(days=35))
    make_due(alice, cadence=cadence)
    plan_digests()
    compose_digests()
    assert DigestPaper.objects.exists() == is_in


def test_the_first_weekly_one_after_a_monthly_one_looks_back_as_far(alice: User) -> None:
    subscription = subscription_of(user=alice)
    last = today(subscription) - timedelta(days=35)
    make_digest(alice, period_key=period_key(last, "monthly"), day=last)
    old = make_paper(first_seen_at=timezone.now() - timedelta(days=34))
    make_due(alice, cadence="weekly")
    plan_digests()
    compose_digests()
    assert DigestPaper.objects.filter(paper=old).exists()


# --- Teams ------------------------------------------------------------------------------------


def compose_for_team(team: Team, alice: User, cadence: str) -> TeamDigest:
    subscription = change_team_subscription(team=team, user=alice, is_active=True, cadence=cadence, hour=0)
    TeamSubscription.objects.filter(pk=subscription.pk).update(next_due_at=Now() - timedelta(minutes=1))
    plan_team_digests()
    compose_team_digests()
    return TeamDigest.objects.newest()[0]


def add_days_ago(team: Team, user: User, *days: float) -> None:
    shelf = create_list(owner=team.namespace, title="Reading group")
    for number in days:
        item, _new = add_paper(reading_list=shelf, paper=make_paper(title=f"{number} days ago"), user=user)
        ListItem.objects.filter(pk=item.pk).update(added_at=timezone.now() - number * DAY)


@pytest.mark.parametrize(("cadence", "count"), [("daily", 1), ("weekly", 2), ("monthly", 3)])
def test_a_team_s_first_digest_looks_back_for_a_period(cadence: str, count: int, graph_lab: Team, alice: User) -> None:
    add_days_ago(graph_lab, alice, 0.5, 3, 20)
    assert len(compose_for_team(graph_lab, alice, cadence).content["saved"]) == count


@pytest.mark.parametrize(("before", "after", "count"), [("weekly", "daily", 1), ("monthly", "daily", 2), ("daily", "weekly", 1)])
def test_a_team_that_changes_how_often_hears_of_all_since_the_last_one_and_of_nothing_twice(
    before: str, after: str, count: int, graph_lab: Team, alice: User
) -> None:
    compose_for_team(graph_lab, alice, before)
    ago = 25 if before == "monthly" else 5
    day = timezone.now().date() - timedelta(days=40)
    TeamDigest.objects.update(period_key=period_key(day, before), day=day, composed_at=timezone.now() - ago * DAY)
    add_days_ago(graph_lab, alice, 3, 20, 30)
    assert len(compose_for_team(graph_lab, alice, after).content["saved"]) == count
