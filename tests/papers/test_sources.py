"""bioRxiv, Hugging Face's daily papers and feeds: what they document they bring, and what they should not send stops nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from papers.actions.harvesting import run_harvests
from papers.models import Harvest, Host, Link, Paper, Signal, Source
from tests.papers.hosts import Archive, serving

pytestmark = pytest.mark.django_db
State = Harvest.State
TODAY = datetime.now(UTC).date()


@pytest.fixture
def archive(settings: Any) -> Iterator[Archive]:
    settings.FETCH_PAUSE, settings.FETCH_PRIVATE = 0, True
    with serving(Archive()) as found:
        yield found


def harvested(source: Source) -> Harvest:
    Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now())
    Host.objects.all().delete()
    run_harvests()
    source.refresh_from_db()
    return Harvest.objects.filter(source=source).latest("pk")


def preprint(number: int, **over: Any) -> dict[str, Any]:
    return {
        "doi": f"10.1101/2026.11.01.{number:06}",
        "title": f"Preprint {number}",
        "authors": "Doe, J.; Roe, R. M.; A consortium",
        "date": "2026-11-01",
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "cell biology",
        "abstract": "Cells are many.",
        "published": "NA",
        "server": "biorxiv",
    } | over


class TestBiorxiv:
    @pytest.fixture
    def source(self, archive: Archive) -> Source:
        return Source.objects.create(name="bioRxiv", kind="biorxiv", address=archive.url, cursor={"from": "2026-11-01"})

    def page(self, archive: Archive, start: int, entries: list[Any], total: int) -> None:
        path = f"/details/biorxiv/2026-11-01/{TODAY.isoformat()}/{start}"
        archive.feeds[path] = json.dumps({"messages": [{"status": "ok", "total": str(total)}], "collection": entries}).encode()

    def test_pages_are_walked_and_the_next_run_begins_today(self, archive: Archive, source: Source) -> None:
        self.page(archive, 0, [preprint(1), preprint(2, published="10.1038/x1", version="2", date="2026-11-02")], 3)
        self.page(archive, 2, [preprint(3, type="withdrawn")], 3)
        run = harvested(source)
        assert (run.state, run.pages, run.added) == (State.DONE, 2, 3)
        assert source.cursor == {"from": TODAY.isoformat()}
        first = Paper.objects.get(title="Preprint 1")
        assert [each.author.name for each in first.authorships.all()] == ["J. Doe", "R. M. Roe", "A consortium"]
        assert (first.published_on, first.licence) == (date(2026, 11, 1), "cc_by")
        assert [category.slug for category in first.categories.all()] == ["biorxiv.cell-biology"]
        assert Link.objects.get(kind="published").url == "https://doi.org/10.1038/x1"
        assert Paper.objects.get(is_withdrawn=True).title == "Preprint 3"
        assert Paper.objects.get(title="Preprint 2").published_on is None  # of a later version nobody knows the first day

    def test_a_broken_record_is_named_and_the_rest_comes_in(self, archive: Archive, source: Source) -> None:
        self.page(archive, 0, [preprint(1, title=""), "nonsense", preprint(2)], 2)
        run = harvested(source)
        assert (run.added, run.rejections) == (1, ["10.1101/2026.11.01.000001: title: is missing or empty"])

    @pytest.mark.parametrize("body", [b"{", b"[]", b'{"collection": 5}', b"\xff\xfe<html>"])
    def test_nonsense_fails_the_run_and_says_so(self, body: bytes, archive: Archive, source: Source) -> None:
        archive.feeds[f"/details/biorxiv/2026-11-01/{TODAY.isoformat()}/0"] = body
        run = harvested(source)
        assert run.state == State.FAILED
        assert "biorxiv answered" in run.problem

    def test_a_busy_server_is_left_alone_as_long_as_it_says(self, archive: Archive, source: Source) -> None:
        archive.faults.append((503, {"Retry-After": "1200"}))
        run = harvested(source)
        assert run.state == State.PUT_OFF
        assert source.next_run_at - timezone.now() > timedelta(minutes=19)

    def test_an_unknown_server_is_said(self, archive: Archive) -> None:
        run = harvested(Source.objects.create(name="x", kind="biorxiv", wanted="chemrxiv", address=archive.url))
        assert "There is no server 'chemrxiv'" in run.problem


def daily(number: int, **over: Any) -> dict[str, Any]:
    paper = {
        "id": f"2611.{number:05}",
        "title": f"Daily {number}",
        "summary": "A summary.",
        "publishedAt": "2026-11-02T00:00:00.000Z",
        "upvotes": 42,
        "authors": [{"name": "A. First", "hidden": False}, {"nonsense": 1}, "odd"],
        "submittedOnDailyBy": {"fullname": "Some Reader", "user": "reader"},
        "githubRepo": "https://github.com/a/b",
    }
    return {"paper": paper | over, "publishedAt": "2026-11-02T00:00:00.000Z", "numComments": 1}


class TestHuggingFace:
    @pytest.fixture
    def source(self, archive: Archive) -> Source:
        cursor = {"from": (TODAY - timedelta(days=1)).isoformat()}
        return Source.objects.create(name="Daily papers", kind="hf_daily", address=archive.url, cursor=cursor)

    def test_each_day_is_asked_for_and_today_again_next_time(self, archive: Archive, source: Source) -> None:
        archive.feeds["/api/daily_papers"] = json.dumps([daily(1), daily(2), {"no": "paper"}]).encode()
        run = harvested(source)
        assert (run.state, run.pages, run.added, run.unchanged) == (State.DONE, 2, 2, 2)
        assert source.cursor == {"from": TODAY.isoformat()}
        assert [f"date={TODAY - timedelta(days=1)}" in archive.asked[0][1], f"date={TODAY}" in archive.asked[1][1]] == [True, True]

    def test_votes_and_submitter_there_are_a_signal_and_no_votes_here(self, archive: Archive, source: Source, client: Client) -> None:
        archive.feeds["/api/daily_papers"] = json.dumps([daily(1)]).encode()
        harvested(source)
        archive.feeds["/api/daily_papers"] = json.dumps([daily(1, upvotes=50)]).encode()
        assert harvested(source).updated == 1
        signal = Signal.objects.get()
        assert (signal.paper.arxiv_id, signal.votes, signal.submitter) == ("2611.00001", 50, "Some Reader")
        assert signal.paper.stats.vote_count == 0
        page = client.get(signal.paper.get_absolute_url()).content.decode()
        assert "50 upvotes there" in page
        assert "put forward by Some Reader" in page

    @pytest.mark.parametrize("upvotes", ["many", -1, 2**40])
    def test_odd_votes_are_refused_by_name(self, upvotes: Any, archive: Archive, source: Source) -> None:
        archive.feeds["/api/daily_papers"] = json.dumps([daily(1, upvotes=upvotes), daily(2)]).encode()
        run = harvested(source)
        assert (run.added, run.rejections[0]) == (1, "2611.00001: signals: hf: votes must be a whole number")

    def test_too_many_requests_put_the_run_off(self, archive: Archive, source: Source) -> None:
        archive.faults.append((429, {"Retry-After": "60"}))
        assert harvested(source).state == State.PUT_OFF


RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel>
<title>A journal</title><link>https://journal.example/</link><description>New</description>
<item><title>Naïve &lt;i&gt;methods&lt;/i&gt;</title><link>https://journal.example/1</link><prism:doi>10.1000/Feed.1</prism:doi>
<dc:creator>Jane Doe</dc:creator><description>&lt;p&gt;About it.&lt;/p&gt;</description>
<pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate></item>
<item><title>On arXiv</title><link>https://arxiv.org/abs/2611.00007v2</link><guid>oai:arXiv.org:2611.00007v2</guid></item>
<item><title>Without an id</title><link>https://journal.example/3</link></item>
<item><title></title><link>https://journal.example/4</link></item>
</channel></rss>"""


class TestFeeds:
    @pytest.fixture
    def source(self, archive: Archive) -> Source:
        return Source.objects.create(name="A journal", kind="feed", address=f"{archive.url}/feed.xml")

    @pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
    def test_a_feed_is_read_in_its_own_encoding_and_twice_is_once(self, encoding: str, archive: Archive, source: Source) -> None:
        archive.feeds["/feed.xml"] = RSS.format(encoding=encoding).encode(encoding)
        run = harvested(source)
        assert (run.state, run.added) == (State.DONE, 3)
        assert run.rejections == ["https://journal.example/4: title: is missing or empty"]
        assert harvested(source).unchanged == 3
        paper = Paper.objects.get(doi="10.1000/feed.1")
        assert (paper.title, paper.abstract, paper.published_on) == ("Naïve methods", "About it.", date(2026, 11, 2))
        assert Paper.objects.get(arxiv_id="2611.00007").title == "On arXiv"
        assert Paper.objects.get(title="Without an id").key == "https://journal.example/3"

    @pytest.mark.parametrize(
        "body",
        [b"<html><p>not a feed</p></html>", RSS.format(encoding="utf-8").encode()[:-60], b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    )
    def test_what_is_no_whole_feed_fails_the_run(self, body: bytes, archive: Archive, source: Source) -> None:
        archive.feeds["/feed.xml"] = body
        assert harvested(source).state == State.FAILED
        assert not Paper.objects.exists()
