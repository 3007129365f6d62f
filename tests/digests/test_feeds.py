"""A reader's digests as a feed: by its secret address only, each digest once, until the address ends."""

import json
import re

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from digests import feeds
from digests.models import Digest, DigestFeedAddress
from papers.actions.feed_addresses import make_feed_address
from tests.digests.makers import make_digest
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def made(browser: Client) -> str:
    page = browser.post("/digests/feed-address/", {"action": "make"}).content.decode()
    paths = re.findall(r"/digests/feed/[\w-]+\.(?:atom|rss|feed\.json)", page)
    assert len(paths) == 3
    return paths[0]


def test_each_digest_is_an_entry_with_its_papers(alice: User, bob: User) -> None:
    make_digest(alice, make_paper(title="On $x^2$ & <all>", authors=("Ada Lovelace",), abstract="We <b>see</b>."))
    make_digest(bob, make_paper(title="Bob's"))
    key = make_feed_address(user=alice, of=DigestFeedAddress)
    for form in ("atom", "rss"):
        feed = feedparser.parse(Client().get(f"/digests/feed/{key}.{form}").content)
        [entry] = feed.entries
        assert (feed.bozo, entry.title) == (False, "Week 48 of 2026")
        assert entry.link.endswith("/digests/2026-W48/")
        assert "On x² &amp; &lt;all&gt;" in entry.summary
        assert "We &lt;b&gt;see&lt;/b&gt;." in entry.summary
        assert "Ada Lovelace" in entry.summary
    [item] = json.loads(Client().get(f"/digests/feed/{key}.feed.json").content)["items"]
    assert item["id"] == entry.id


def test_only_those_that_can_be_read_are_in_it_and_they_go_on_in_pages(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LENGTH", 2)
    for week in range(1, 6):
        make_digest(alice, make_paper(), period_key=f"2026-W0{week}")
    Digest.objects.filter(period_key="2026-W03").update(state="planned")
    address, titles = f"/digests/feed/{make_feed_address(user=alice, of=DigestFeedAddress)}.feed.json", []
    while address:
        feed = json.loads(Client().get(address).content)
        titles += [item["title"] for item in feed["items"]]
        address = feed.get("next_url", "").removeprefix(settings.SITE_URL)
    assert titles == [f"Week {week} of 2026" for week in (5, 4, 2, 1)]


def test_the_secret_address_is_made_shown_once_and_ended(alice: User, alices_browser: Client) -> None:
    make_digest(alice, make_paper())
    address = made(alices_browser)
    first = Client().get(address)
    assert (first.status_code, first["Referrer-Policy"], first["X-Robots-Tag"]) == (200, "no-referrer", "noindex, nofollow")
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert DigestFeedAddress.objects.get().last_used_at is not None
    assert address not in alices_browser.get("/digests/").content.decode()
    newer = made(alices_browser)
    assert [Client().get(each).status_code for each in (address, newer)] == [404, 200]
    User.objects.filter(pk=alice.pk).update(deletion_due_at=timezone.now())
    assert Client().get(newer).status_code == 404
    User.objects.filter(pk=alice.pk).update(deletion_due_at=None)
    alices_browser.post("/digests/feed-address/", {"action": "end"})
    assert Client().get(newer).status_code == 404


def test_the_key_of_what_one_follows_opens_no_digests_nor_the_other_way_round(alice: User) -> None:
    follows, digests = make_feed_address(user=alice), make_feed_address(user=alice, of=DigestFeedAddress)
    addresses = (f"/digests/feed/{follows}.atom", f"/feed/{digests}.atom", f"/digests/feed/{digests}.atom?after=forged")
    assert [Client().get(address).status_code for address in addresses] == [404] * 3
