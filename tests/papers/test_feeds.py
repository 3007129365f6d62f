"""Feeds: each in three forms, in pages, dated and named for good, and 304 for whoever has it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from lxml import etree

from accounts.models import Team, User
from papers.actions.feed_addresses import make_feed_address
from papers.actions.following import follow
from papers.actions.indexing import index_papers
from papers.actions.list_links import make_link
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.voting import cast_vote
from papers.feeds import answering, lists
from papers.models import Author, Link, Paper, ReadingList, Visibility
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

FORMS = ("atom", "rss", "feed.json")
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "feed.json": "application/feed+json"}
ABSTRACT = "We show that $a < b$ & <script>alert(1)</script> end. " + "It goes on and on. " * 40


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    return create_list(owner=alice.namespace, title="Shelf", description="For <winter>.", visibility=Visibility.PUBLIC)


@pytest.fixture
def paper(alice: User, bob: User, shelf: ReadingList) -> Paper:
    """One that every feed has."""
    authors = ("Ada Lovelace", "Grace Hopper")
    subjects = {"categories": ("cs.CL", "math.NT"), "arxiv_id": "2401.00001", "abstract": ABSTRACT}
    made = make_paper(title="On $x^2$ & <all> squares", authors=authors, **subjects)
    index_papers()
    add_paper(reading_list=shelf, paper=made, user=alice, note="Read <this>")
    cast_vote(user=bob, paper=made)
    return made


@pytest.fixture
def addresses(paper: Paper, shelf: ReadingList, alice: User, bob: User) -> dict[str, str]:
    """Every feed, without its form."""
    author = Author.objects.get(name="Ada Lovelace")
    follow(user=bob, target=author)
    _link, key = make_link(reading_list=shelf, user=alice, label="Reader")
    return {
        "trending": "/feeds/trending.{}",
        "new": "/feeds/new.{}",
        "top of the week": "/feeds/top-week.{}",
        "author": f"/authors/{author.pk}.{{}}",
        "category": "/categories/cs.CL.{}",
        "person": "/people/alice.{}",
        "list": "/lists/alice/shelf.{}",
        "list over REST": "/api/v1/lists/alice/shelf.{}",
        "list by a secret link": f"/shared/{key}.{{}}",
        "search": "/search.{}?q=squares",
        "what one follows": f"/feed/{make_feed_address(user=bob)}.{{}}",
    }


KINDS = (
    "trending",
    "new",
    "top of the week",
    "author",
    "category",
    "person",
    "list",
    "list over REST",
    "list by a secret link",
    "search",
    "what one follows",
)


def read(form: str, content: bytes) -> Any:
    """A feed as feedparser reads it, without a complaint; JSON Feed as what it says, checked by its specification."""
    if form == "feed.json":
        return checked(json.loads(content))
    found = feedparser.parse(content)
    assert not found.bozo, found.bozo_exception
    return found


def checked(feed: dict[str, Any]) -> dict[str, Any]:
    """The rules of JSON Feed 1.1."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    for name in {"home_page_url", "feed_url", "next_url"} & feed.keys():
        assert feed[name].startswith("http"), name
    assert set(feed) <= {"version", "title", "description", "home_page_url", "feed_url", "next_url", "authors", "language", "hubs", "items"}
    for hub in feed.get("hubs", []):
        assert set(hub) == {"type", "url"}
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["id"]
        assert isinstance(item["content_html"], str)
        assert item["url"].startswith("http")
        for moment in ("date_published", "date_modified"):
            assert datetime.fromisoformat(item[moment]).tzinfo is not None
        assert all(set(author) <= {"name", "url", "avatar"} and author for author in item.get("authors", []))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        for attachment in item.get("attachments", []):
            assert attachment["url"].startswith("http")
            assert attachment["mime_type"]
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_feed_reads_well_in_each_form(addresses: dict[str, str], kind: str, form: str) -> None:
    answer = Client().get(addresses[kind].format(form))
    assert answer["Content-Type"] == f"{TYPES[form]}; charset=utf-8"
    feed = read(form, answer.content)
    if form == "feed.json":
        [item] = feed["items"]
        assert (item["title"], item["url"]) == ("On x² & <all> squares", settings.SITE_URL + "/papers/2401.00001")
        assert [author["name"] for author in item["authors"]] == ["Ada Lovelace", "Grace Hopper"]
        assert item["tags"] == ["cs.CL", "math.NT"]
        assert item["attachments"] == [{"url": "https://arxiv.org/pdf/2401.00001", "mime_type": "application/pdf"}]
        content, own = item["content_html"], feed["feed_url"]
    else:
        [entry] = feed.entries
        assert re.sub("&amp;|&", "&", entry.title).replace("&lt;", "<").replace("&gt;", ">") == "On x² & <all> squares"
        assert entry.link == settings.SITE_URL + "/papers/2401.00001"
        assert [author.name for author in entry.authors] == ["Ada Lovelace", "Grace Hopper"]
        assert [tag.term for tag in entry.tags] == ["cs.CL", "math.NT"]
        assert [(one.href, one.type) for one in entry.enclosures] == [("https://arxiv.org/pdf/2401.00001", "application/pdf")]
        assert entry.id.startswith(f"tag:{urlsplit(settings.SITE_URL).hostname},")
        content, own = entry.summary, next(link.href for link in feed.feed.links if link.rel == "self")
    assert "<script" not in content
    assert content.count("It goes on and on.") == 40
    assert own == settings.SITE_URL + addresses[kind].format(form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_who_has_it_is_told_so_until_it_changes(addresses: dict[str, str], paper: Paper, kind: str, form: str) -> None:
    address = addresses[kind].format(form)
    first = Client().get(address)
    has_it = {"If-None-Match": first["ETag"]}
    assert first["Last-Modified"].endswith("GMT")
    assert Client().get(address, headers=has_it).status_code == 304
    Paper.objects.filter(pk=paper.pk).update(updated_at=timezone.now() + timedelta(minutes=1))
    assert Client().get(address, headers=has_it).status_code == 200


def test_each_form_names_an_entry_alike_and_has_an_etag_of_its_own(addresses: dict[str, str]) -> None:
    answers = {form: Client().get(addresses["list"].format(form)) for form in FORMS}
    names = {feedparser.parse(answers[form].content).entries[0].id for form in ("atom", "rss")}
    assert names == {json.loads(answers["feed.json"].content)["items"][0]["id"]}
    assert len({answer["ETag"] for answer in answers.values()}) == 3


def test_the_note_comes_before_the_abstract(addresses: dict[str, str]) -> None:
    content = json.loads(Client().get("/lists/alice/shelf.feed.json").content)["items"][0]["content_html"]
    assert content.startswith("<blockquote><p>Read &lt;this&gt;</p></blockquote><p>We show")
    assert b"Read" not in Client().get("/people/alice.atom").content


def test_a_paper_from_elsewhere_brings_the_pdf_that_is_known(paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(arxiv_id=None)
    [item] = json.loads(Client().get("/feeds/new.feed.json").content)["items"]
    assert "attachments" not in item
    Link.objects.create(paper=paper, kind="pdf", url="https://journal.example/1.pdf")
    [entry] = feedparser.parse(Client().get("/feeds/new.rss").content).entries
    assert [(one.href, one.length) for one in entry.enclosures] == [("https://journal.example/1.pdf", "0")]


def test_what_no_xml_can_hold_is_left_out(alice: User) -> None:
    make_paper(title="Odd \x0b \ufffe \u0007 <&> $x^2$", authors=("A\x08da",), categories=("x.Y",), abstract="]]> \x0c &amp;")
    for form in FORMS:
        feed = read(form, Client().get(f"/feeds/new.{form}").content)
        assert len(feed["items"] if form == "feed.json" else feed.entries) == 1


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_a_feed(shelf: ReadingList, form: str) -> None:
    for address in (f"/feeds/trending.{form}", f"/lists/alice/shelf.{form}", f"/people/alice.{form}", f"/search.{form}?q="):
        read(form, Client().get(address).content)


@pytest.mark.parametrize("form", FORMS)
def test_it_says_in_which_language_it_is(paper: Paper, form: str) -> None:
    with override_settings(LANGUAGES=[("en", "English"), ("de", "Deutsch")]):
        answers = [Client().get(f"/feeds/new.{form}", headers={"accept-language": asked}) for asked in ("en", "de", "tlh")]
    feeds = [read(form, answer.content) for answer in answers]
    assert [(feed if form == "feed.json" else feed.feed)["language"] for feed in feeds] == ["en", "de", "en"]
    assert answers[0]["ETag"] == answers[2]["ETag"] != answers[1]["ETag"]
    assert all("Accept-Language" in answer["Vary"] for answer in answers)


def test_an_unknown_order_or_form_is_not_there() -> None:
    assert [Client().get(address).status_code for address in ("/feeds/odd.atom", "/feeds/new.exe", "/search.atom.exe")] == [404] * 3


OF_ALL = ("/feeds/trending.{}", "/feeds/new.{}", "/categories/cs.CL.{}")
WITH_PAGES = (*OF_ALL, "/authors/{{}}.{}", "/people/alice.{}", "/lists/alice/shelf.{}")


class TestPages:
    @pytest.fixture
    def many(self, alice: User, shelf: ReadingList, monkeypatch: pytest.MonkeyPatch) -> list[Paper]:
        monkeypatch.setattr(lists, "LENGTH", 3)
        for module in (answering, *(__import__(f"papers.feeds.{name}", fromlist=["x"]) for name in ("catalogue", "people"))):
            monkeypatch.setattr(module, "LENGTH", 3)
        now = timezone.now()
        papers = [make_paper(authors=("Ada",), categories=("cs.CL",), first_seen_at=now - timedelta(hours=n)) for n in range(8)]
        other = create_list(owner=alice.namespace, title="Other", visibility=Visibility.PUBLIC)
        for paper in papers:
            add_paper(reading_list=shelf, paper=paper, user=alice)
        for paper in papers[2:4]:
            add_paper(reading_list=other, paper=paper, user=alice)
        return papers

    def walked(self, address: str, form: str) -> Iterator[list[str]]:
        """The names of the entries of each page."""
        pages = 0
        while address:
            feed = read(form, Client().get(address.removeprefix(settings.SITE_URL)).content)
            if form == "feed.json":
                assert feed["feed_url"].endswith(address)
                yield [item["id"] for item in feed["items"]]
                address = feed.get("next_url", "")
            else:
                links = {link.rel: link.href for link in feed.feed.links}
                assert links["self"].endswith(address)
                assert "after=" not in links["first"]
                yield [entry.id for entry in feed.entries]
                address = links.get("next", "")
            pages += 1
            assert pages < 9

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("address", WITH_PAGES)
    def test_they_go_on_to_the_end_and_name_each_paper_once(self, many: list[Paper], form: str, address: str) -> None:
        pages = list(self.walked(address.format(form).format(many[0].authors.all()[0].pk), form))
        names = [name for page in pages for name in page]
        assert [len(page) for page in pages] == [3, 3, 2]
        assert {int(name.rpartition("/")[2]) for name in names} == {paper.pk for paper in many}

    def test_only_what_the_week_upvoted_is_at_its_top(self, many: list[Paper], bob: User) -> None:
        for paper in many[:4]:
            cast_vote(user=bob, paper=paper)
        assert [len(page) for page in self.walked("/feeds/top-week.atom", "atom")] == [3, 1]

    def test_each_page_has_an_etag_of_its_own(self, many: list[Paper]) -> None:
        first = Client().get("/feeds/new.feed.json")
        later = Client().get(json.loads(first.content)["next_url"].removeprefix(settings.SITE_URL))
        assert first["ETag"] != later["ETag"]

    @pytest.mark.parametrize(
        "address", ["/feeds/new.atom", "/people/alice.rss", "/lists/alice/shelf.atom", "/api/v1/lists/alice/shelf.atom"]
    )
    def test_a_cursor_that_no_page_gave_is_not_found(self, shelf: ReadingList, address: str) -> None:
        assert Client().get(f"{address}?after=forged").status_code == 404


class TestWhoReadsThem:
    def test_a_teams_lists_come_together_for_those_who_may_see_them(self, graph_lab: Team, alice: User, visitors_browser: Client) -> None:
        for title, visibility in (("Ours", "private"), ("Shown", "public")):
            reading_list = create_list(owner=graph_lab.namespace, title=title, visibility=visibility)
            add_paper(reading_list=reading_list, paper=make_paper(title=title), user=alice)
        member = Client()
        member.force_login(alice)
        feeds = [feedparser.parse(browser.get("/people/graph-lab.rss").content) for browser in (visitors_browser, member)]
        assert [[entry.title for entry in feed.entries] for feed in feeds] == [["Shown"], ["Shown", "Ours"]]

    def test_a_paper_that_is_taken_out_leaves_the_feed(self, paper: Paper, shelf: ReadingList, alice: User) -> None:
        has_it = {"If-None-Match": Client().get("/lists/alice/shelf.rss")["ETag"]}
        remove_paper(reading_list=shelf, paper=paper, user=alice)
        assert Client().get("/lists/alice/shelf.rss", headers=has_it).status_code == 200

    def test_a_private_list_needs_its_secret(self, paper: Paper, shelf: ReadingList, alice: User) -> None:
        ReadingList.objects.update(visibility=Visibility.PRIVATE)
        _link, key = make_link(reading_list=shelf, user=alice, label="Reader")
        for form in FORMS:
            assert Client().get(f"/lists/alice/shelf.{form}").status_code == 404
            answer = Client().get(f"/shared/{key}.{form}")
            assert (answer.status_code, answer["Referrer-Policy"], answer["Cache-Control"]) == (200, "no-referrer", "private, no-cache")
            assert Client().get(f"/shared/{key}x.{form}").status_code == 404


class TestFindingThem:
    def links(self, address: str) -> dict[str, str]:
        page = etree.HTML(Client().get(address).content)
        found = page.xpath('//link[@rel="alternate"]')
        return {link.get("type"): link.get("href") for link in found if "json" in link.get("type") or "xml" in link.get("type")}

    def test_pages_name_their_feeds_in_every_form(self, paper: Paper, addresses: dict[str, str]) -> None:
        pages = {
            "/": "trending",
            "/?sort=new": "new",
            "/?sort=top&period=week": "top of the week",
            "/?sort=new&category=cs.CL": "category",
            Author.objects.get(name="Ada Lovelace").get_absolute_url(): "author",
            "/people/alice/": "person",
            "/lists/alice/shelf/": "list",
            "/search/?q=squares": "search",
            addresses["list by a secret link"].replace(".{}", "/"): "list by a secret link",
        }
        for page, kind in pages.items():
            assert self.links(page) == {TYPES[form]: addresses[kind].format(form) for form in FORMS}, page

    def test_other_orders_have_none(self, paper: Paper) -> None:
        assert self.links("/?sort=top&period=month") == {}

    def test_the_page_of_feeds_leads_to_all_of_the_catalogue(self, paper: Paper) -> None:
        page = Client().get("/feeds/").content.decode()
        for address in ("/feeds/trending.atom", "/feeds/new.rss", "/feeds/top-week.feed.json", "/categories/cs.CL.atom"):
            assert f'href="{address}"' in page
