"""Among outlets: who waits for whom, what is not sent any more, and when one is switched off."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from accounts.models import Notice, Team, User
from digests.actions import change_team_subscription, deliver_posts
from digests.actions.endpoints import OFF_AFTER
from digests.models import Delivery, TeamDigest, TeamOutlet
from tests.digests.makers import make_outlet, make_post, make_team_digest
from tests.digests.receiver import Receiver, receiving
from tests.digests.test_delivering import fresh, in_a_thread

pytestmark = pytest.mark.django_db
State = Delivery.State


# --- Who waits for whom --------------------------------------------------------------------------------


def test_a_receiver_that_hangs_delays_nobody_who_was_not_tried_yet(graph_lab: Team, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.append("hang")
    stuck = make_post(make_outlet(graph_lab, address=receiver.url), digest, attempts=3)
    with receiving() as other:
        make_post(make_outlet(graph_lab, address=other.url), digest)
        other.meanwhile = lambda: order.append("other")
        receiver.meanwhile = lambda: order.append("stuck")
        order: list[str] = []
        assert deliver_posts() == 1
    assert order == ["other", "stuck"]
    assert fresh(stuck).state == State.PENDING


@pytest.mark.django_db(transaction=True)
def test_an_outlet_is_asked_once_at_a_time(graph_lab: Team, receiver: Receiver) -> None:
    outlet = make_outlet(graph_lab, address=receiver.url)
    for week in range(1, 7):
        make_post(outlet, make_team_digest(graph_lab, period_key=f"2026-W{week:02}"))
    receiver.meanwhile = lambda: time.sleep(0.05)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(in_a_thread(lambda _number: deliver_posts()), range(4))) + deliver_posts() == 6
    assert receiver.most_at_once == 1
    assert len({headers["webhook-id"] for headers, _body in receiver.posts}) == 6


def test_what_nobody_wants_any_more_is_not_sent(
    webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver, graph_lab: Team, alice: User
) -> None:
    post = make_post(webhook, digest)
    TeamOutlet.objects.update(is_active=False)
    assert deliver_posts() == 0
    assert (fresh(post).state, fresh(post).reason) == (State.SKIPPED, "the outlet is switched off, or the team wants no digest")
    TeamOutlet.objects.update(is_active=True)
    post = make_post(webhook, digest)
    change_team_subscription(team=graph_lab, user=alice, is_active=False)
    assert (deliver_posts(), fresh(post).state, receiver.posts) == (0, State.SKIPPED, [])


@pytest.mark.django_db(transaction=True)
def test_a_switch_off_while_a_post_is_on_its_way_holds_its_last_byte(
    graph_lab: Team, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digests.actions import outbox

    outlet = make_outlet(graph_lab, kind="slack", address=receiver.url)
    post, give = make_post(outlet, make_team_digest(graph_lab)), outbox.hand_over

    def after_the_switch(*args: object, **over: object) -> float | None:
        TeamOutlet.objects.update(is_active=False)
        return give(*args, **over)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "hand_over", after_the_switch)
    assert deliver_posts() == 0
    assert (fresh(post).state, receiver.posts) == (State.SKIPPED, [])


# --- Failing for long ------------------------------------------------------------------------------------


def test_after_days_of_failures_an_outlet_is_switched_off(
    chat: TeamOutlet, digest: TeamDigest, receiver: Receiver, alice: User, bob: User
) -> None:
    receiver.answers.extend([(403, {}), (403, {})])
    make_post(chat, digest)
    deliver_posts()
    chat.refresh_from_db()
    assert (chat.is_active, chat.failing_since is None) == (True, False)
    TeamOutlet.objects.update(failing_since=Now() - OFF_AFTER - timedelta(hours=1))
    make_post(chat, digest)
    deliver_posts()
    chat.refresh_from_db()
    assert (chat.is_active, chat.why_off) == (False, "nothing has arrived for 5 days; at last: it answered 403 Forbidden")
    assert [notice.user for notice in Notice.objects.all()] == [alice], "bob manages nothing"


def test_a_post_that_arrives_forgives_what_failed_before(chat: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    TeamOutlet.objects.update(failing_since=Now() - timedelta(days=30))
    make_post(chat, digest)
    assert deliver_posts() == 1
    assert TeamOutlet.objects.get().failing_since is None


def test_a_post_is_given_up_after_three_days(chat: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.append((429, {}))
    post = make_post(chat, digest)
    Delivery.objects.update(created_at=Now() - timedelta(days=3, minutes=1), attempts=10)
    deliver_posts()
    assert fresh(post).state == State.FAILED


# --- Never inside -----------------------------------------------------------------------------------------


def test_nothing_is_posted_into_our_own_network(chat: TeamOutlet, digest: TeamDigest, receiver: Receiver, settings: Settings) -> None:
    settings.FETCH_PRIVATE = False
    for address in (receiver.url, receiver.url.replace("http:", "https:"), "https://localhost/hook", "https://[::ffff:127.0.0.1]/x"):
        Delivery.objects.all().delete()
        chat.address = address
        chat.save()
        post = make_post(chat, digest)
        assert deliver_posts() == 0
        assert fresh(post).state == State.FAILED, address
    assert receiver.posts == []
