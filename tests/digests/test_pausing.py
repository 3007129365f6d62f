"""A pause: nothing is planned and nothing is mailed but what is asked for, nothing piles up, and it ends by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Team, User
from digests.actions import (
    change_subscription,
    change_team_subscription,
    compose_digests,
    compose_team_digests,
    deliver_mail,
    pause_until,
    plan_digests,
    plan_now,
    plan_team_digests,
    subscription_of,
)
from digests.actions.clock import database_now
from digests.models import Delivery, Digest, Subscription, TeamSubscription
from papers.actions.lists import add_paper, create_list
from tests.digests.makers import make_due, make_mail, make_team_digest, sent_now
from tests.digests.relay import RelayBehaviour
from tests.digests.test_delivering import in_a_thread
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
State = Delivery.State


def pause(user: User, days: int = 28) -> Subscription:
    subscription = subscription_of(user=user)
    return pause_until(subscription=subscription, day=subscription.today(database_now()) + timedelta(days=days))


def fresh(mail: Delivery) -> Delivery:
    mail.refresh_from_db()
    return mail


def test_it_lasts_until_a_day_begins_on_the_reader_s_clock(alice: User) -> None:
    subscription = change_subscription(subscription=subscription_of(user=alice), time_zone="Asia/Tokyo")
    day = subscription.today(database_now()) + timedelta(days=14)
    paused = pause_until(subscription=subscription, day=day).paused_until
    assert paused == datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)


def test_a_digest_at_midnight_comes_on_the_very_day_that_the_pause_ends(alice: User) -> None:
    subscription = change_subscription(subscription=subscription_of(user=alice), cadence="daily", hour=0)
    paused = pause_until(subscription=subscription, day=subscription.today(database_now()) + timedelta(days=14))
    assert paused.next_due_at == paused.paused_until


@pytest.mark.parametrize("cadence", ["daily", "workdays", "weekly", "monthly"])
def test_while_it_lasts_nothing_is_planned_and_the_next_one_is_promised_for_after_it(cadence: str, alice: User) -> None:
    change_subscription(subscription=subscription_of(user=alice), cadence=cadence)
    subscription = pause(alice)
    assert subscription.paused_until
    assert subscription.next_due_at == subscription.due_after(subscription.paused_until)
    make_due(alice)
    assert (plan_digests(), plan_now()) == (0, 0)


def test_it_ends_by_itself_and_nothing_has_piled_up(alice: User) -> None:
    subscription = pause(alice)
    Subscription.objects.update(paused_until=Now() - timedelta(minutes=1))
    assert plan_digests() == 0, "what fell into the pause stays away"
    make_due(alice)
    assert plan_digests() == 1
    assert Digest.objects.get().day == subscription.latest_day(database_now())


def test_it_can_be_ended_early_and_the_next_hour_counts_from_now(alice: User) -> None:
    subscription = change_subscription(subscription=pause(alice), paused_until=None)
    assert subscription.next_due_at == subscription.due_after(database_now())
    assert list(Subscription.objects.active()) == [subscription]


def test_what_is_planned_but_not_made_yet_is_skipped_and_says_why(alice: User) -> None:
    make_paper()
    make_due(alice)
    plan_digests()
    pause(alice)
    compose_digests()
    assert [(digest.state, digest.reason) for digest in Digest.objects.all()] == [("skipped", "the reader paused the digest")]


def test_a_mail_that_waits_is_skipped_and_says_why(alice: User, bob: User, relay: RelayBehaviour) -> None:
    hers, his = make_mail(alice), make_mail(bob)
    pause(alice)
    assert deliver_mail() == 1
    assert (fresh(hers).state, fresh(hers).reason) == (State.SKIPPED, "the reader paused the digest")
    assert fresh(his).state == State.SENT


def test_a_mail_that_comes_into_the_outbox_after_all_does_not_go_out(alice: User, relay: RelayBehaviour) -> None:
    pause(alice)
    mail = make_mail(alice)
    assert deliver_mail() == 0
    assert (fresh(mail).state, fresh(mail).reason) == (State.SKIPPED, "the reader paused the digest")


def test_what_the_reader_asks_for_still_comes(alice: User, relay: RelayBehaviour) -> None:
    make_paper()
    pause(alice)
    assert sent_now(alice).state == Digest.State.READY
    assert deliver_mail() == 1


def test_what_the_reader_asked_for_before_comes_too(alice: User, relay: RelayBehaviour) -> None:
    make_mail(alice, on_request=True)
    pause(alice)
    assert deliver_mail() == 1


@pytest.mark.django_db(transaction=True)
def test_pausing_while_the_mail_is_on_its_way_stops_it_before_the_dot(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.before_dot = in_a_thread(lambda: pause(alice))
    assert deliver_mail() == 0
    assert relay.seen["dots"] == 0
    assert fresh(mail).state == State.SKIPPED


def test_a_team_s_digest_is_not_mailed_to_who_is_away_and_waits_on_the_web(graph_lab: Team, alice: User, bob: User) -> None:
    pause(alice)
    shelf = create_list(owner=graph_lab.namespace, title="Reading group")
    add_paper(reading_list=shelf, paper=make_paper(), user=bob)
    change_team_subscription(team=graph_lab, user=alice, is_active=True)
    TeamSubscription.objects.update(next_due_at=Now() - timedelta(minutes=1))
    plan_team_digests()
    compose_team_digests()
    assert alice.pk not in Delivery.objects.values_list("reader", flat=True)
    assert bob.pk in Delivery.objects.values_list("reader", flat=True)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_team_s_mail_to_who_goes_away_is_stopped(is_first: bool, graph_lab: Team, alice: User, relay: RelayBehaviour) -> None:
    """Whether the mail or the pause came first."""
    if not is_first:
        pause(alice)
    mail = make_mail(alice, digest=None, team_digest=make_team_digest(graph_lab), reader=alice)
    if is_first:
        pause(alice)
    assert deliver_mail() == 0
    assert (fresh(mail).state, fresh(mail).reason) == (State.SKIPPED, "the reader paused the digest")


def test_a_pause_lasts_a_year_at_most(alice: User) -> None:
    subscription = subscription_of(user=alice)
    subscription.paused_until = timezone.now() + timedelta(days=400)
    with pytest.raises(ValidationError, match="a year at most"):
        subscription.full_clean()
