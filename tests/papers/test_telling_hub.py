"""A WebSub hub is told of feeds that changed and that visitors may read, once, and next time where it was away."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accounts.locks import holding
from accounts.models import HouseRules, User
from papers.actions import telling_hub
from papers.actions.following import follow
from papers.actions.list_links import make_link
from papers.actions.lists import add_paper, create_list
from papers.actions.telling_hub import LAG, TELLING, changed_authors, tell_hub
from papers.models import Author, AuthorClaim, HubRound, Paper, ReadingList, Visibility
from papers.sources import websub
from tests.factories import make_paper, make_papers
from tests.threads import at_once

pytestmark = pytest.mark.django_db


class Hub:
    """What it was told, and what it answers."""

    def __init__(self) -> None:
        self.told: list[list[tuple[str, str]]] = []
        self.status = 204
        self.room = 1_000  # posts that it takes before it answers 429

    def paths(self, post: int) -> list[str]:
        """The Atom feeds that a post told of."""
        return [urlsplit(value).path for name, value in self.told[post] if name == "hub.url" and value.endswith(".atom")]


@pytest.fixture
def hub(settings: Settings) -> Iterator[Hub]:
    """A server on loopback, whose turn begins an hour ago."""
    hub = Hub()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hub.told.append(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(hub.status if len(hub.told) <= hub.room else 429)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBSUB_HUB, settings.FETCH_PRIVATE = f"http://127.0.0.1:{server.server_port}/", True
    HubRound.objects.create(pk=1, told_until=timezone.now() - timedelta(hours=1))
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """Papers and lists that changed a minute ago, one of them private."""
    then = timezone.now() - timedelta(minutes=1)
    paper = make_paper(categories=("cs.CL",), authors=("Ada Lovelace",), first_seen_at=then)
    make_paper(categories=("math.NT",), authors=("Emmy Noether",), first_seen_at=then - timedelta(days=1))
    shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    for reading_list in (shelf, create_list(owner=alice.namespace, title="Diary")):
        add_paper(reading_list=reading_list, paper=paper, user=alice)
    ReadingList.objects.update(updated_at=then)
    return shelf


def test_it_is_told_of_what_changed_for_visitors_and_only_once(hub: Hub, shelf: ReadingList, settings: Settings) -> None:
    ada = Author.objects.get(name="Ada Lovelace").pk
    assert tell_hub() == 15
    assert [post[0] for post in hub.told] == [("hub.mode", "publish")] * 2
    assert all(value.startswith(settings.SITE_URL) for name, value in hub.told[0] if name == "hub.url")
    assert hub.paths(0) == ["/categories/cs.CL.atom", "/feeds/new.atom", "/lists/alice/shelf.atom", "/people/alice.atom"]
    assert hub.paths(1) == [f"/authors/{ada}.atom"]
    assert tell_hub() == 0
    assert len(hub.told) == 2


def test_what_is_still_under_way_waits(hub: Hub, shelf: ReadingList) -> None:
    ReadingList.objects.update(updated_at=timezone.now() - LAG / 2)
    assert tell_hub() == 9
    assert not any("/lists/" in value for _name, value in hub.told[0])


def test_an_author_s_feed_changes_with_a_paper_under_another_name_of_theirs(hub: Hub, shelf: ReadingList, bob: User) -> None:
    byron, ada = Author.objects.create(name="A. A. Byron"), Author.objects.get(name="Ada Lovelace")
    AuthorClaim.objects.bulk_create(AuthorClaim(user=bob, author=author, state="accepted") for author in (byron, ada))
    AuthorClaim.objects.create(user=bob, author=Author.objects.get(name="Emmy Noether"))
    assert tell_hub() == 18
    assert hub.paths(1) == [f"/authors/{pk}.atom" for pk in sorted((byron.pk, ada.pk))]


def came(*authors: tuple[str, ...]) -> None:
    """Papers of these authors come in, each a second after the one before."""
    papers = make_papers(*({"authors": names} for names in authors))
    for age, paper in enumerate(reversed(papers)):
        Paper.objects.filter(pk=paper.pk).update(first_seen_at=timezone.now() - timedelta(minutes=1, seconds=age))


def test_authors_are_asked_for_in_two_queries_whatever_came(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (2, 12):
        came(*((f"Author {count} {n}", "Ada Lovelace") for n in range(count)))
        since, until = timezone.now() - timedelta(hours=1), timezone.now()
        with django_assert_num_queries(2):
            found = changed_authors(since, until)
    assert len(found) == 3 * (1 + 2 + 12)


def test_of_a_flood_the_authors_of_the_newest_papers_are_told_of(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_hub, "MOST_AUTHORSHIPS", 3)
    came(("Old One",), ("Ada Lovelace", "Old Two"), ("Ada Lovelace",), ("Grace Hopper",))
    assert tell_hub() == 6 + 3 * len(hub.paths(-1))
    newest = {f"/authors/{author.pk}.atom" for author in Author.objects.filter(name__in=("Ada Lovelace", "Grace Hopper"))}
    assert newest <= {*hub.paths(-1)}
    assert f"/authors/{Author.objects.get(name='Old One').pk}.atom" not in hub.paths(-1)
    assert tell_hub() == 0


def test_a_hub_that_takes_not_all_authors_is_not_told_of_them_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websub, "AT_ONCE", 3)
    came(("Ada Lovelace",), ("Grace Hopper",))
    hub.room = 3
    assert tell_hub() == 6
    assert [len(post) for post in hub.told] == [4, 4, 4, 4]
    hub.room = 1_000
    assert tell_hub() == 0


def test_a_slow_hub_does_not_keep_a_worker_for_ever(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websub, "LONGEST_IN_ALL", -1.0)
    came(("Ada Lovelace",))
    assert tell_hub() == 0
    assert hub.told == []


@pytest.mark.django_db(transaction=True)
def test_one_tells_at_a_time(hub: Hub, shelf: ReadingList) -> None:
    with holding(TELLING):
        assert at_once([tell_hub]) == [0]
    assert hub.told == []
    assert tell_hub() == 15


@pytest.mark.parametrize("status", [503, 404, 302])
def test_one_that_is_away_is_told_next_time(hub: Hub, shelf: ReadingList, status: int) -> None:
    hub.status = status
    assert tell_hub() == 0
    hub.status = 202
    assert tell_hub() == 15


def test_none_is_told_where_none_is_named_or_visitors_may_not_read(hub: Hub, shelf: ReadingList, settings: Settings) -> None:
    HouseRules.objects.create(pk=1, public_reading=False)
    assert tell_hub() == 0
    HouseRules.objects.update(public_reading=True)
    settings.WEBSUB_HUB = ""
    assert tell_hub() == 0
    assert hub.told == []


def test_none_inside_this_network_is_told(hub: Hub, shelf: ReadingList, settings: Settings) -> None:
    settings.FETCH_PRIVATE = False
    assert tell_hub() == 0
    assert hub.told == []


def test_feeds_that_it_is_told_of_name_it(hub: Hub, shelf: ReadingList, alice: User, settings: Settings) -> None:
    author = f"/authors/{Author.objects.get(name='Ada Lovelace').pk}"
    for address in ("/feeds/new", "/categories/cs.CL", "/people/alice", "/lists/alice/shelf", author):
        answer = Client().get(f"{address}.atom")
        own = f"{settings.SITE_URL}{address}.atom"
        assert answer["Link"] == f'<{settings.WEBSUB_HUB}>; rel="hub", <{own}>; rel="self"'
        assert {link.rel: link.href for link in feedparser.parse(answer.content).feed.links}["hub"] == settings.WEBSUB_HUB
        told = json.loads(Client().get(f"{address}.feed.json").content)
        assert told["hubs"] == [{"type": "WebSub", "url": settings.WEBSUB_HUB}]


def test_secret_addresses_and_what_every_vote_changes_name_none(hub: Hub, shelf: ReadingList, alice: User, bob: User) -> None:
    from papers.actions.feed_addresses import make_feed_address

    follow(user=bob, target=alice.namespace)
    _link, key = make_link(reading_list=shelf, user=alice, label="Reader")
    for address in (f"/shared/{key}", f"/feed/{make_feed_address(user=bob)}", "/feeds/trending"):
        answer = Client().get(f"{address}.feed.json")
        assert b'"hubs"' not in answer.content
        assert "Link" not in answer
