"""Planning: a subscription for each new reader, one digest row per subscription and week, by the database's clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from digests import schedule
from digests.actions import change_subscription, enrol_new_readers, plan_digests, plan_now, planning, subscription_of, unsubscribe
from digests.actions.clock import database_now
from digests.models import Digest, Subscription
from digests.signing import read_unsubscribe_token, unsubscribe_token
from tests.digests.makers import make_due
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_new_reader_gets_monday_eight_o_clock_in_the_own_zone() -> None:
    reader = make_user("kyoto", time_zone="Asia/Tokyo")
    assert enrol_new_readers() == 1
    subscription = Subscription.objects.get(user=reader)
    assert (subscription.weekday, subscription.hour, subscription.time_zone) == (0, 8, "Asia/Tokyo")
    assert subscription.next_due_at == subscription.due_after(database_now())
    assert enrol_new_readers() == 0


def test_only_active_people_with_a_confirmed_address_are_enrolled(alice: User, bob: User, carol: User) -> None:
    EmailAddress.objects.filter(user=alice).update(verified=False)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert enrol_new_readers() == 1
    assert Subscription.objects.get().user == carol


def test_a_reader_who_opted_out_is_not_enrolled_again(alice: User) -> None:
    enrol_new_readers()
    unsubscribe(token=unsubscribe_token(Subscription.objects.get().pk))
    assert enrol_new_readers() == 0
    assert not Subscription.objects.get().is_active


def test_a_due_subscription_gets_one_digest_and_is_due_again_next_week(alice: User) -> None:
    subscription = make_due(alice)
    day = subscription.latest_day(database_now())
    assert plan_digests() == 1
    digest = Digest.objects.get()
    assert (digest.subscription, digest.state) == (subscription, Digest.State.PLANNED)
    assert (digest.period_key, digest.day) == (schedule.period_key(day, "weekly"), day)
    subscription.refresh_from_db()
    assert subscription.next_due_at > database_now()
    assert plan_digests() == 0


def test_planning_the_same_hour_again_changes_nothing(alice: User) -> None:
    make_due(alice)
    plan_digests()
    Subscription.objects.update(next_due_at=Now() - timedelta(minutes=1))
    assert plan_digests() == 1
    assert Digest.objects.count() == 1


def test_after_an_outage_of_weeks_only_the_latest_week_is_planned(alice: User) -> None:
    subscription = make_due(alice, next_due_at=Now() - timedelta(weeks=5))
    plan_digests()
    latest = schedule.period_key(subscription.latest_day(database_now()), "weekly")
    assert list(Digest.objects.values_list("period_key", flat=True)) == [latest]


def test_a_subscription_that_is_off_or_not_yet_due_is_left_alone(alice: User, bob: User, carol: User) -> None:
    make_due(alice, is_active=False)
    subscription_of(user=bob)
    make_due(carol)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    assert plan_digests() == 0
    assert not Digest.objects.exists()


def test_this_machine_s_clock_does_not_matter(alice: User) -> None:
    make_due(alice)
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC)):
        plan_digests()
    assert Subscription.objects.get().next_due_at < database_now() + timedelta(days=8)


def test_one_reader_in_a_zone_that_no_longer_exists_stops_nobody(alice: User, bob: User) -> None:
    make_due(alice, time_zone="Mars/Olympus", next_due_at=Now() - timedelta(hours=1))
    make_due(bob)
    plan_digests()
    assert [digest.subscription.user for digest in Digest.objects.all()] == [bob]
    assert not Subscription.objects.due().exists(), "it is asked again tomorrow, not in an endless loop"


@pytest.mark.django_db(transaction=True)
def test_four_planners_at_once_plan_each_week_once() -> None:
    for _ in range(12):
        make_due(make_user(password=None))

    def plan(_number: int) -> None:
        plan_digests()
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(plan, range(4)))
    assert Digest.objects.count() == 12
    assert not Subscription.objects.due().exists()


def test_this_week_can_be_planned_ahead_of_its_hour_and_is_not_planned_twice(alice: User) -> None:
    subscription = make_due(alice)
    assert plan_now() == 1
    assert Digest.objects.get().period_key == subscription.period_of(subscription.today(database_now()))
    assert plan_now() == 1
    assert Digest.objects.count() == 1


def test_everybody_is_planned_ahead_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = [make_due(make_user(password=None)) for _number in range(5)]
    monkeypatch.setattr(planning, "BATCH", 2)
    with CaptureQueriesContext(connection) as queries:
        assert plan_now() == len(readers)
    inserts = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    selects = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and 'FROM "digests_digest"' in query["sql"]]
    assert len(inserts) == len(selects) - 1 == 3, "three batches, and the count at the end"


@pytest.mark.parametrize("state", [Digest.State.SKIPPED, Digest.State.FAILED])
def test_planning_this_week_takes_up_what_was_skipped_or_failed(state: str, alice: User) -> None:
    subscription_of(user=alice)
    plan_now()
    Digest.objects.update(state=state, reason="because")
    assert plan_now() == 1
    assert (Digest.objects.get().state, Digest.objects.get().reason) == (Digest.State.PLANNED, "")


def test_a_changed_hour_counts_from_now(alice: User) -> None:
    subscription = make_due(alice)
    changed = change_subscription(subscription=subscription, weekday=3, hour=17, time_zone="America/New_York")
    assert changed.next_due_at == changed.due_after(database_now())
    assert plan_digests() == 0


def test_a_subscription_is_made_at_its_first_use_and_once(alice: User) -> None:
    assert subscription_of(user=alice).pk == subscription_of(user=alice).pk
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("token", ["", "1", "1.forged", "x" * 5_000, "1:2:3", "é.ü"])
def test_a_foreign_token_ends_nothing(token: str, alice: User) -> None:
    subscription_of(user=alice)
    assert read_unsubscribe_token(token) is None
    assert unsubscribe(token=token) is False
    assert Subscription.objects.get().is_active


def test_a_token_ends_its_own_subscription_only(alice: User, bob: User) -> None:
    hers, his = subscription_of(user=alice), subscription_of(user=bob)
    assert unsubscribe(token=unsubscribe_token(hers.pk)) is True
    assert unsubscribe(token=unsubscribe_token(hers.pk)) is True, "a second click is no error"
    assert list(Subscription.objects.active()) == [his]
