"""Webhooks of readers and teams: what happens is posted, signed, in order; one receiver's trouble is its own."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpcore
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from accounts.actions.announcing import announce
from accounts.models import Announcement, Notice, Team, User
from digests import actions
from digests.actions.endpoints import OFF_AFTER
from digests.channels import Verdict
from digests.models import Delivery, EventType, Webhook
from digests.posts import webhook_id_of
from papers.actions.ingest import ingest_papers
from papers.actions.lists import add_paper, create_list
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import Vote
from papers.record import PaperRecord
from tests.accounts.test_outbound import TYPED
from tests.digests.makers import make_webhook, tell_programs
from tests.digests.receiver import Receiver, receiving
from tests.digests.relay import free_port
from tests.digests.test_delivering import end_leases
from tests.digests.test_posting import kill_while_posting
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def robot(alice: User, receiver: Receiver) -> Webhook:
    """A program of alice's that is told of votes and lists."""
    return make_webhook(alice, address=receiver.url, types=[EventType.PAPER_VOTED, EventType.LIST_CHANGED])


def make_due() -> None:
    Delivery.objects.filter(state=State.PENDING).update(not_before=Now())
    Webhook.objects.update(lease_until=None)


def a_record(number: int) -> PaperRecord:
    return PaperRecord(title=f"Paper {number}", abstract="", authors=(f"Author {number % 50}",), doi=f"10.1234/{number}", url="")


def vote(user: User) -> None:
    cast_vote(user=user, paper=make_paper())


# --- Told, and signed -----------------------------------------------------------------------------


def test_a_vote_is_told_signed_and_once(robot: Webhook, receiver: Receiver, alice: User) -> None:
    paper = make_paper()
    cast_vote(user=alice, paper=paper)
    cast_vote(user=alice, paper=paper)
    assert (tell_programs(), tell_programs()) == (1, 0)
    [(headers, body)] = receiver.posts
    content = Verifier(robot.secrets_at(robot.created_at)[0]).verify(body, headers)
    assert list(content) == ["type", "timestamp", "data"]
    assert (content["type"], content["data"]["paper"]["slug"], content["data"]["by"]["handle"]) == ("paper.voted", paper.slug, "alice")
    with pytest.raises(WebhookVerificationError):
        Verifier(robot.secrets_at(robot.created_at)[0]).verify(body.replace(b"voted", b"noted"), headers)


def test_both_secrets_verify_for_a_day_after_a_change(robot: Webhook, receiver: Receiver, alice: User) -> None:
    old, new = robot.secrets_at(robot.created_at)[0], actions.rotate_webhook_secret(webhook=robot, actor=alice)
    vote(alice)
    tell_programs()
    for secret in (old, new):
        assert Verifier(secret).verify(receiver.posts[-1][1], receiver.posts[-1][0])
    Webhook.objects.update(old_secret_until=Now())
    vote(alice)
    tell_programs()
    assert Verifier(new).verify(receiver.posts[-1][1], receiver.posts[-1][0])
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(receiver.posts[-1][1], receiver.posts[-1][0])


def test_only_chosen_types_are_told(receiver: Receiver, alice: User) -> None:
    make_webhook(alice, address=receiver.url, types=[EventType.LIST_CHANGED])
    vote(alice)
    shelf = create_list(owner=alice.namespace, title="Graphs", user=alice)
    add_paper(reading_list=shelf, paper=make_paper(), user=alice)
    tell_programs()
    assert [(one["type"], one["data"]["change"]) for one in receiver.contents] == [
        ("list.changed", "made"),
        ("list.changed", "papers_added"),
    ]


@pytest.mark.django_db(transaction=True)
def test_posts_come_in_the_order_in_which_things_happened(robot: Webhook, receiver: Receiver, alice: User, settings: Settings) -> None:
    settings.DELIVERY_CONNECTIONS = 4
    shelf = create_list(owner=alice.namespace, title="Graphs", user=alice)
    papers = [make_paper() for _ in range(8)]
    for paper in papers:
        add_paper(reading_list=shelf, paper=paper, user=alice)
    tell_programs()
    told = [one["data"]["papers"][0]["slug"] for one in receiver.contents if one["data"]["papers"]]
    assert told == [paper.slug for paper in papers]
    assert receiver.most_at_once == 1


def test_a_replay_and_every_attempt_keep_the_id(robot: Webhook, receiver: Receiver, alice: User) -> None:
    receiver.answers.append((500, {}))
    vote(alice)
    assert tell_programs() == 0
    make_due()
    assert tell_programs() == 1
    post = Delivery.objects.get()
    actions.replay_post(delivery=post, actor=alice)
    assert tell_programs() == 1
    assert [headers["webhook-id"] for headers, _body in receiver.posts] == [webhook_id_of(post)] * 3
    assert len({body for _headers, body in receiver.posts}) == 1
    assert (Delivery.objects.get().status, Delivery.objects.get().state) == (200, State.SENT)


def test_what_is_under_way_is_not_replayed(robot: Webhook, alice: User) -> None:
    vote(alice)
    actions.spread_announcements()
    with pytest.raises(actions.EndpointRefused):
        actions.replay_post(delivery=Delivery.objects.get(), actor=alice)


def test_what_is_taken_back_before_it_is_posted_is_not_told(robot: Webhook, receiver: Receiver, alice: User) -> None:
    paper = make_paper()
    cast_vote(user=alice, paper=paper)
    actions.spread_announcements()
    withdraw_vote(user=alice, paper=paper)
    assert actions.deliver_posts() == 0
    assert (receiver.posts, Delivery.objects.get().state) == ([], State.SKIPPED)


@pytest.mark.django_db(transaction=True)
def test_a_killed_sender_neither_loses_nor_doubles_a_post(robot: Webhook, receiver: Receiver, alice: User) -> None:
    vote(alice)
    vote(alice)
    actions.spread_announcements()
    kill_while_posting(receiver)
    assert (actions.settle_doubts(), actions.deliver_posts()) == (0, 0), "its lease still runs"
    end_leases()
    Webhook.objects.update(lease_until=Now() - timedelta(seconds=1))
    actions.settle_doubts()
    actions.deliver_posts()
    ids = [headers["webhook-id"] for headers, _body in receiver.posts]
    assert len(ids) == 3
    assert {*ids} == {webhook_id_of(post) for post in Delivery.objects.filter(state=State.SENT)}, "the double has its old id"
    assert len({*ids}) == 2


# --- What it costs where nobody listens ---------------------------------------------------------------


def test_where_no_program_wants_it_a_vote_costs_one_look_and_writes_nothing(alice: User) -> None:
    make_webhook(alice, types=[EventType.LIST_CHANGED])
    make_webhook(alice, is_active=False)
    paper = make_paper()
    with CaptureQueriesContext(connection) as queries:
        cast_vote(user=alice, paper=paper)
    assert len(queries) <= 2  # the vote itself bypasses what is captured
    assert not Announcement.objects.exists()


def test_a_fault_while_announcing_fails_no_vote(robot: Webhook, alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_announcement ADD CONSTRAINT broken CHECK (kind = '')")
    paper = make_paper()
    assert cast_vote(user=alice, paper=paper)
    assert Vote.objects.filter(user=alice, paper=paper).exists()
    assert not Announcement.objects.exists()


def test_a_fault_of_one_kind_keeps_no_other_back(robot: Webhook, receiver: Receiver, alice: User) -> None:
    announce("paper.voted", by=alice)  # without its paper
    announce("of.another.version", by=alice)
    create_list(owner=alice.namespace, title="Graphs", user=alice)
    assert tell_programs() == 1
    assert not Announcement.objects.waiting().exists()


def test_ten_thousand_papers_are_announced_in_bulk_a_hundred_at_a_time(alice: User) -> None:
    make_webhook(alice)

    def records(first: int, count: int) -> Iterator[PaperRecord]:
        return (a_record(n) for n in range(first, first + count))

    with CaptureQueriesContext(connection) as some:
        ingest_papers(records=records(0, 1_000), source="test", batch_size=1_000)
    with CaptureQueriesContext(connection) as many:
        ingest_papers(records=records(1_000, 9_000), source="test", batch_size=9_000)
    assert len(many) <= len(some) + 2
    assert Announcement.objects.count() == 100
    assert {len(one.facts["papers"]) for one in Announcement.objects.all()} == {100}


# --- Receivers that misbehave --------------------------------------------------------------------------


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


AWAY = (302, {"Location": "http://169.254.169.254/latest/meta-data"})
TROUBLE = ["hang", "drip", "cut", "flood", AWAY, (410, {}), (500, {}), (429, {"Retry-After": "600"})]


@pytest.mark.parametrize("answer", TROUBLE)
def test_one_receivers_trouble_is_its_own(answer: Any, receiver: Receiver, other: Receiver, bob: User, alice: User) -> None:
    make_webhook(alice, address=receiver.url)
    make_webhook(bob, address=other.url)
    receiver.answers.extend([answer] * 20)
    for number in range(5):
        ingest_papers(records=[a_record(number)], source="test")
    assert tell_programs() >= 5
    assert len(other.posts) == 5
    assert len(receiver.posts) == (5 if answer == "flood" else 1), "it rests after the first failure"
    assert Webhook.objects.get(user=alice).is_active == (answer != (410, {}))


SPELLINGS = [
    *(f"https://{host}/x" for host in TYPED),
    *("https://alice@example.org/x", "https://example.org@127.0.0.1/x", "https://user:password@example.org/", "http://example.org/x"),
    *("https://①②⑦.⓪.⓪.①/x", "https://127。0。0。1/x", "https://１２７.0.0.1/x", "https://127.0.0.1%00.example.org/x", "https:///x"),
    *("https://127.0.0.1\\@example.org/", "//example.org/x", "gopher://example.org/", "file:///etc/passwd", "https://[::1", "https://"),
    *("https://[fe80::1%25lo]/x", "https://0x7f.0x0.0x0.0x1:8080/x", "https://127.0.0.1:443/x", "https://LocalHost:9200/_cat"),
]


@pytest.mark.parametrize("address", SPELLINGS)
def test_no_spelling_of_an_address_inside_is_taken(address: str, alice: User) -> None:
    with pytest.raises(actions.EndpointRefused):
        actions.add_webhook(owner=alice, actor=alice, label="x", address=address)
    assert not Webhook.objects.exists()


def test_a_name_that_leads_inside_only_at_the_second_look_is_not_connected_to(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    settings.FETCH_PRIVATE = False
    port, found = int(receiver.url.split(":")[2].split("/")[0]), ["93.184.216.34", "127.0.0.1", "169.254.169.254"]

    def rebinding(host: str, *_rest: object, **_options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found.pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda _self, host, *_rest, **_options: asked.append(host) or _refuse())
    asked: list[str] = []
    webhook, _secret = actions.add_webhook(owner=alice, actor=alice, label="x", address=f"https://rebind.example:{port}/x")
    outcomes = [actions.try_webhook(webhook=webhook, actor=alice) for _ in range(3)]
    assert asked == ["93.184.216.34"], "what was looked up is what is connected to, and nothing inside"
    assert [outcome.verdict for outcome in outcomes] == [Verdict.DEFERRED, Verdict.REFUSED, Verdict.REFUSED]
    assert receiver.posts == []


def _refuse() -> None:
    raise httpcore.ConnectError("nobody there")


def test_gone_switches_it_off_and_its_reader_is_told(robot: Webhook, receiver: Receiver, alice: User) -> None:
    receiver.answers.append((410, {}))
    vote(alice)
    vote(alice)
    tell_programs()
    assert not Webhook.objects.get().is_active
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.FAILED, State.SKIPPED]
    assert "410" in Notice.objects.get(user=alice).event.sentence


def test_after_days_of_failures_it_is_switched_off(robot: Webhook, alice: User, graph_lab: Team) -> None:
    Webhook.objects.update(failing_since=Now() - OFF_AFTER - timedelta(minutes=1))
    robot.address = f"http://127.0.0.1:{free_port()}/"
    robot.save(update_fields=["sealed_address"])
    vote(alice)
    tell_programs()
    assert not Webhook.objects.get().is_active
    assert Notice.objects.filter(user=alice, event__kind="webhook.off").count() == 1


def test_a_webhook_rests_the_longer_the_longer_it_fails_and_as_long_as_it_asks_for(robot: Webhook, receiver: Receiver, alice: User) -> None:
    receiver.answers.extend([(500, {}), (429, {"Retry-After": "7200"})])
    vote(alice)
    tell_programs()
    assert Webhook.objects.filter(lease_until__gt=Now() + timedelta(seconds=50), lease_until__lt=Now() + timedelta(seconds=70)).exists()
    make_due()
    Webhook.objects.update(failing_since=Now() - timedelta(minutes=30))
    tell_programs()
    assert Webhook.objects.filter(lease_until__gt=Now() + timedelta(minutes=115)).exists()


def test_old_announcements_go_with_their_posts(robot: Webhook, alice: User) -> None:
    vote(alice)
    vote(alice)
    tell_programs()
    Announcement.objects.filter(pk=Announcement.objects.latest("pk").pk).update(made_at=Now() - timedelta(days=31))
    assert actions.forget_announcements() == 1
    assert (Delivery.objects.count(), Announcement.objects.count()) == (1, 1)


def test_what_nobody_hears_of_is_not_kept(robot: Webhook, bob: User) -> None:
    create_list(owner=bob.namespace, title="Bob's own", user=bob)
    actions.spread_announcements()
    assert (Announcement.objects.count(), Delivery.objects.count()) == (0, 0)
