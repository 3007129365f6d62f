"""Posts to real HTTP servers: what was accepted is sent, what was not waits or fails, and nothing holds up the rest."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models.functions import Now
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import Notice, Team, User
from digests.actions import deliver_mail, deliver_posts, rotate_secret, settle_doubts
from digests.actions.outbox import claim, hand_over
from digests.actions.requeueing import queue_again
from digests.models import Delivery, TeamDigest, TeamOutlet
from digests.posts import webhook_id_of
from tests.digests.makers import make_outlet, make_post, make_team_digest
from tests.digests.receiver import Receiver
from tests.digests.relay import RelayBehaviour, free_port
from tests.digests.test_delivering import end_leases, fresh

pytestmark = pytest.mark.django_db
State = Delivery.State


def secret_of(outlet: TeamOutlet) -> str:
    return outlet.secrets_at(outlet.created_at)[0]


def make_due() -> None:
    Delivery.objects.filter(state=State.PENDING).update(not_before=Now())


# --- Accepted, and signed -------------------------------------------------------------------------


def test_an_accepted_post_is_sent_once(webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    post = make_post(webhook, digest)
    assert deliver_posts() == 1
    assert (fresh(post).state, fresh(post).reason) == (State.SENT, "")
    assert fresh(post).sent_at is not None
    assert deliver_posts() == 0
    assert len(receiver.posts) == 1


def test_a_receiver_knows_by_the_secret_that_a_post_is_ours(webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    post = make_post(webhook, digest)
    deliver_posts()
    [(headers, body)] = receiver.posts
    content = Webhook(secret_of(webhook)).verify(body, headers)
    assert (content["type"], content["data"]["period"]) == ("team_digest.ready", digest.period_key)
    assert {name.lower(): value for name, value in headers.items()}["webhook-id"] == webhook_id_of(post)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(webhook)).verify(body.replace(b"2026", b"2027"), headers)


def test_for_a_day_after_a_change_both_secrets_hold(webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver, alice: User) -> None:
    old, new = secret_of(webhook), rotate_secret(outlet=webhook, actor=alice)
    make_post(webhook, digest)
    deliver_posts()
    headers, body = receiver.posts[-1]
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    TeamOutlet.objects.update(old_secret_until=Now())
    Delivery.objects.all().delete()
    make_post(webhook, digest)
    deliver_posts()
    headers, body = receiver.posts[-1]
    assert Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_a_long_answer_is_not_read_to_its_end(webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.append("flood")
    post = make_post(webhook, digest)
    assert deliver_posts() == 1
    assert fresh(post).state == State.SENT


def test_mail_and_posts_have_a_drain_each(
    webhook: TeamOutlet, graph_lab: Team, digest: TeamDigest, receiver: Receiver, relay: RelayBehaviour
) -> None:
    listed = make_outlet(graph_lab, kind="mailing_list", address="readers@lists.example")
    make_post(webhook, digest)
    make_post(listed, digest)
    assert (deliver_mail(), relay.recipients, len(receiver.posts)) == (1, ["readers@lists.example"], 0)
    assert (deliver_posts(), relay.recipients, len(receiver.posts)) == (1, ["readers@lists.example"], 1)


# --- Not accepted -----------------------------------------------------------------------------------


def test_refused_before_anything_was_sent_it_waits(chat: TeamOutlet, digest: TeamDigest) -> None:
    chat.address = f"http://127.0.0.1:{free_port()}/hooks"
    chat.save()
    post = make_post(chat, digest)
    assert deliver_posts() == 0
    assert (fresh(post).state, fresh(post).reason, fresh(post).attempts) == (State.PENDING, "it cannot be reached", 1)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
def test_a_plain_no_is_final(status: int, chat: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.append((status, {"Location": "http://169.254.169.254/latest/meta-data"} if status == 302 else {}))
    post = make_post(chat, digest)
    assert deliver_posts() == 0
    assert fresh(post).state == State.FAILED
    assert str(status) in fresh(post).reason
    assert len(receiver.posts) == 1
    assert TeamOutlet.objects.get().is_active


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_for_a_signed_webhook_no_answer_but_gone_is_final(status: int, webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.extend([(status, {}), (status, {})])
    post = make_post(webhook, digest)
    assert (deliver_posts(), fresh(post).state) == (0, State.PENDING)
    make_due()
    Delivery.objects.update(created_at=Now() - timedelta(days=3, minutes=1), attempts=10)
    assert (deliver_posts(), fresh(post).state) == (0, State.FAILED)
    assert [headers["webhook-id"] for headers, _body in receiver.posts] == [webhook_id_of(post)] * 2


@pytest.mark.parametrize("status", [408, 425, 429, 503])
def test_not_now_is_tried_again(status: int, chat: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.append((status, {}))
    post = make_post(chat, digest)
    assert deliver_posts() == 0
    assert fresh(post).state == State.PENDING
    make_due()
    assert deliver_posts() == 1


@pytest.mark.parametrize("status", [429, 503])
def test_it_is_never_tried_before_the_receiver_says(status: int, chat: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    receiver.answers.append((status, {"Retry-After": "1200"}))
    post = make_post(chat, digest)
    deliver_posts()
    waits = Delivery.objects.filter(
        pk=post.pk, not_before__gte=Now() + timedelta(seconds=1190), not_before__lt=Now() + timedelta(seconds=1510)
    )
    assert waits.exists()


@pytest.mark.parametrize(
    ("kind", "status", "stays"), [("webhook", 410, False), ("slack", 410, False), ("discord", 404, False), ("webhook", 404, True)]
)
def test_a_receiver_that_is_gone_is_switched_off_and_its_managers_are_told(
    kind: str, status: int, stays: bool, graph_lab: Team, digest: TeamDigest, receiver: Receiver, alice: User
) -> None:
    outlet = make_outlet(graph_lab, kind=kind, address=receiver.url)
    receiver.answers.append((status, {}))
    post, later = (
        make_post(outlet, digest),
        make_post(outlet, make_team_digest(graph_lab, period_key="2026-W49"), not_before="2100-01-01T00:00Z"),
    )
    deliver_posts()
    assert (fresh(post).state, TeamOutlet.objects.get().is_active) == (State.PENDING if stays else State.FAILED, stays)
    assert (fresh(later).state == State.PENDING) is stays
    assert [notice.event.kind for notice in Notice.objects.filter(user=alice)] == ([] if stays else ["outlet.off"])
    if not stays:
        assert f"{status}" in Notice.objects.get().event.sentence


# --- Nobody knows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["hang", "cut", "drip", (500, {}), (502, {})])
def test_a_webhook_gets_a_doubtful_post_again_under_its_old_id(
    trouble: object, webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver
) -> None:
    receiver.answers.append(trouble)  # type: ignore[arg-type]
    post, began = make_post(webhook, digest), time.monotonic()
    assert deliver_posts() == 0
    assert time.monotonic() - began < 5
    assert fresh(post).state == State.PENDING
    make_due()
    assert deliver_posts() == 1
    ids = [headers["webhook-id"] for headers, _body in receiver.posts]
    assert ids == [webhook_id_of(post)] * 2
    assert receiver.posts[0][1] == receiver.posts[1][1]


@pytest.mark.parametrize(("policy", "state"), [("hold", State.HELD), ("resend", State.PENDING)])
@pytest.mark.parametrize("trouble", ["hang", "cut", (500, {})])
def test_for_chats_the_policy_decides_about_doubtful_posts(
    trouble: object, policy: str, state: str, chat: TeamOutlet, digest: TeamDigest, receiver: Receiver, settings: Settings
) -> None:
    settings.IN_DOUBT_POLICY = policy
    receiver.answers.append(trouble)  # type: ignore[arg-type]
    post = make_post(chat, digest)
    deliver_posts()
    assert fresh(post).state == state


@pytest.mark.parametrize(
    ("kind", "policy", "state"), [("slack", "hold", State.HELD), ("slack", "resend", State.PENDING), ("webhook", "hold", State.PENDING)]
)
def test_what_a_sender_killed_at_the_last_byte_leaves_is_settled_by_policy(
    kind: str, policy: str, state: str, graph_lab: Team, digest: TeamDigest, receiver: Receiver, settings: Settings
) -> None:
    settings.IN_DOUBT_POLICY = policy
    post = make_post(make_outlet(graph_lab, kind=kind, address=receiver.url), digest)
    [claimed] = claim(Delivery.objects.to_send().by_post(), state=State.SENDING)
    assert hand_over(claimed, accepted=())
    end_leases()
    assert settle_doubts() == 1
    assert fresh(post).state == state
    assert deliver_posts() == (state == State.PENDING)


def test_what_a_sender_killed_before_the_last_byte_leaves_goes_out(webhook: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    make_post(webhook, digest)
    claim(Delivery.objects.to_send().by_post(), state=State.SENDING)
    end_leases()
    assert (settle_doubts(), deliver_posts(), len(receiver.posts)) == (1, 1, 1)


@pytest.mark.parametrize(("is_out", "state"), [(False, State.SENDING), (True, State.HANDING_OVER)])
def test_a_fault_of_ours_leaves_the_row_to_its_lease_and_its_state_decides(
    is_out: bool, state: str, chat: TeamOutlet, digest: TeamDigest, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digests.actions import outbox

    def fault(*args: object, **over: object) -> None:
        if is_out:
            hand_over(*args, **over)  # type: ignore[arg-type]
        raise ValueError("of ours")

    post = make_post(chat, digest)
    monkeypatch.setattr(outbox, "hand_over", fault)
    assert deliver_posts() == 0
    monkeypatch.undo()
    chat.refresh_from_db()
    assert (fresh(post).state, fresh(post).reason, chat.failing_since, chat.lease) == (state, "", None, None)
    end_leases()
    assert settle_doubts() == 1
    assert (deliver_posts(), fresh(post).state) == ((0, State.HELD) if is_out else (1, State.SENT))


def kill_while_posting(receiver: Receiver) -> None:
    """Post in a process of its own, and kill it once the receiver has the whole post and has not answered."""
    known, pid = threading.Event(), 0
    receiver.meanwhile = lambda: os.kill(pid, signal.SIGKILL) if known.wait(30) else None
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        deliver_posts()
        os._exit(0)
    known.set()
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
    receiver.meanwhile = lambda: None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "state", "posts"), [("webhook", State.SENT, 2), ("slack", State.HELD, 1)])
def test_a_sender_that_is_killed_doubles_nothing(kind: str, state: str, posts: int, graph_lab: Team, receiver: Receiver) -> None:
    outlet = make_outlet(graph_lab, kind=kind, address=receiver.url)
    post = make_post(outlet, make_team_digest(graph_lab))
    kill_while_posting(receiver)
    assert fresh(post).state == State.HANDING_OVER
    assert (settle_doubts(), deliver_posts()) == (0, 0), "its lease still runs"
    end_leases()
    TeamOutlet.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert settle_doubts() == 1
    deliver_posts()
    assert (fresh(post).state, len(receiver.posts)) == (state, posts)
    assert len({headers.get("webhook-id") for headers, _body in receiver.posts}) == 1


def test_held_posts_are_queued_again_by_hand(chat: TeamOutlet, digest: TeamDigest, receiver: Receiver) -> None:
    make_post(chat, digest, state=State.HELD)
    assert queue_again(deliveries=Delivery.objects.all()) == 1
    assert deliver_posts() == 1
