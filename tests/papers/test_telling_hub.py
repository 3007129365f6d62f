"""A WebSub hub is told of feeds that changed and that visitors may read, once, and next time where it was away."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import HouseRules, User
from papers.actions.following import follow
from papers.actions.list_links import make_link
from papers.actions.lists import add_paper, create_list
from papers.actions.telling_hub import LAG, tell_hub
from papers.models import HubRound, ReadingList, Visibility
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


class Hub:
    """What it was told, and what it answers."""

    def __init__(self) -> None:
        self.told: list[list[tuple[str, str]]] = []
        self.status = 204


@pytest.fixture
def hub(settings: Settings) -> Iterator[Hub]:
    """A server on loopback, whose turn begins an hour ago."""
    hub = Hub()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hub.told.append(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(hub.status)
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
    paper = make_paper(categories=("cs.CL",), first_seen_at=then)
    make_paper(categories=("math.NT",), first_seen_at=then - timedelta(days=1))
    shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    for reading_list in (shelf, create_list(owner=alice.namespace, title="Diary")):
        add_paper(reading_list=reading_list, paper=paper, user=alice)
    ReadingList.objects.update(updated_at=then)
    return shelf


def test_it_is_told_of_what_changed_for_visitors_and_only_once(hub: Hub, shelf: ReadingList, settings: Settings) -> None:
    assert tell_hub() == 12
    [told] = hub.told
    assert told[0] == ("hub.mode", "publish")
    atom = [value.removeprefix(settings.SITE_URL) for name, value in told[1:] if name == "hub.url" and value.endswith(".atom")]
    assert atom == ["/categories/cs.CL.atom", "/feeds/new.atom", "/lists/alice/shelf.atom", "/people/alice.atom"]
    assert tell_hub() == 0
    assert len(hub.told) == 1


def test_what_is_still_under_way_waits(hub: Hub, shelf: ReadingList) -> None:
    ReadingList.objects.update(updated_at=timezone.now() - LAG / 2)
    assert tell_hub() == 6
    assert not any("/lists/" in value for _name, value in hub.told[0])


@pytest.mark.parametrize("status", [503, 404, 302])
def test_one_that_is_away_is_told_next_time(hub: Hub, shelf: ReadingList, status: int) -> None:
    hub.status = status
    assert tell_hub() == 0
    hub.status = 202
    assert tell_hub() == 12


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
    for address in ("/feeds/new", "/categories/cs.CL", "/people/alice", "/lists/alice/shelf"):
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
    for address in (f"/shared/{key}", f"/feed/{make_feed_address(user=bob)}", "/feeds/trending", "/authors/0"):
        answer = Client().get(f"{address}.feed.json")
        assert b'"hubs"' not in answer.content
        assert "Link" not in answer
