"""OpenAlex: fifty papers a question, what it says is kept and shown, and what it should not say stops nothing."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.actions.citing import look_up_citations
from papers.actions.indexing import index_papers
from papers.models import Authorship, Citation, CitationRecord, Host, Link, Paper, PaperToIndex
from tests.counting import queries_of
from tests.factories import make_paper
from tests.papers.hosts import Archive, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(settings: Any) -> Iterator[Archive]:
    with serving(Archive()) as found:
        settings.FETCH_PAUSE, settings.FETCH_PRIVATE, settings.OPENALEX, settings.OPENALEX_API = 0, True, True, found.url
        yield found


def work(number: int, doi: str, **over: Any) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/{doi}",
        "cited_by_count": 12,
        "is_retracted": False,
        "open_access": {"is_oa": True, "oa_url": "https://free.example/a"},
        "best_oa_location": {"pdf_url": None, "landing_page_url": "https://free.example/page"},
        "referenced_works": ["https://openalex.org/W2", "https://openalex.org/W2", "https://openalex.org/W99", None, "odd"],
    } | over


def answers(archive: Archive, *works: Any) -> None:
    archive.feeds["/works"] = json.dumps({"meta": {"count": len(works)}, "results": list(works)}).encode()


def asked_names(archive: Archive, place: int = 0) -> list[str]:
    [names] = parse_qs(urlsplit(archive.asked[place][1]).query)["filter"]
    return names.removeprefix("doi:").split("|")


def test_what_it_says_is_kept_and_shown(archive: Archive, client: Client) -> None:
    citing, cited = (
        make_paper(arxiv_id="2611.00001", title="The citing one"),
        make_paper(arxiv_id="", doi="10.1000/2", title="The cited one"),
    )
    answers(
        archive, work(1, "10.48550/arXiv.2611.00001"), work(2, "10.1000/2", is_retracted=True, referenced_works=None, cited_by_count=None)
    )
    assert look_up_citations() == 2
    assert sorted(asked_names(archive)) == ["10.1000/2", "10.48550/arxiv.2611.00001"]
    assert sorted(Citation.objects.values_list("paper", "work")) == [(citing.pk, 2), (citing.pk, 99)]
    assert Link.objects.get(paper=citing).url == "https://free.example/page"
    page = client.get(citing.get_absolute_url()).content.decode()
    assert "12 times, says OpenAlex" in page
    assert "It cites, of this catalogue" in page
    assert "The cited one" in page
    page = client.get(cited.get_absolute_url()).content.decode()
    assert "Cited here by" in page
    assert "retracted this paper" in page
    assert client.get("/api/v1/papers/2611.00001/").json()["cited_by_count"] == 12


ONE, TWO, THREE = "0000-0002-1825-0097", "0000-0002-1694-233X", "0000-0001-5109-3700"


def person(name: Any, orcid: Any, guessed: str = "") -> dict[str, Any]:
    return {"author": {"display_name": name, "orcid": guessed}, "raw_author_name": name, "raw_orcid": orcid}


def test_orcids_that_came_with_a_paper_are_kept(archive: Archive) -> None:
    paper = make_paper(arxiv_id="2611.00001", authors=("A. First", "B. Second", "C. Third", "D. Fourth"), orcids=(("B. Second", TWO),))
    index_papers()
    told = [
        person("First, Anna", f"https://orcid.org/{ONE}"),
        person("B. Second", THREE),
        person("C. Third", None, guessed=f"https://orcid.org/{THREE}"),
        person("D. Fourth", "https://orcid.org/0000-0002-1825-0098"),
        person(None, 5),
        "nonsense",
    ]
    answers(archive, work(1, "10.48550/arXiv.2611.00001", authorships=told))
    look_up_citations()
    assert list(paper.authorships.values_list("orcid", flat=True)) == [ONE, TWO, "", ""]
    assert not PaperToIndex.objects.exists()  # no word of the paper has changed


def test_orcids_of_fifty_papers_cost_no_more_queries_than_of_one(archive: Archive) -> None:
    def asked(count: int) -> int:
        names = [make_paper(authors=("A. First", "B. Second")).arxiv_id for _number in range(count)]
        people = [person("A. First", ONE), person("B. Second", TWO)]
        answers(archive, *(work(number, f"10.48550/arXiv.{name}", authorships=people) for number, name in enumerate(names, start=1)))
        with CaptureQueriesContext(connection) as captured:
            assert look_up_citations() == count
        return len(captured)

    assert asked(1) == asked(50)
    assert Authorship.objects.with_orcids().count() == 102


def test_nobody_is_asked_while_it_is_off(archive: Archive, settings: Any) -> None:
    settings.OPENALEX = False
    make_paper()
    assert look_up_citations() == 0
    assert archive.asked == []


def test_fifty_at_a_time_and_each_once_a_month(archive: Archive) -> None:
    for _number in range(60):
        make_paper()
    make_paper(first_seen_at=timezone.now() - timedelta(days=91))
    answers(archive)
    assert look_up_citations() == 60
    assert [len(asked_names(archive, place)) for place in (0, 1)] == [50, 10]
    assert look_up_citations() == 0
    CitationRecord.objects.filter(paper__in=list(Paper.objects.newest()[:3])).update(next_at=timezone.now())
    assert look_up_citations() == 3


@pytest.mark.parametrize("fault", [(429, {"Retry-After": "7200"}), (503, {}), lambda _body: b"{", lambda _body: b'{"results": 5}'])
def test_a_fault_puts_them_off(fault: Any, archive: Archive) -> None:
    make_paper()
    answers(archive)
    archive.faults.append(fault)
    assert look_up_citations() == 0
    Host.objects.all().delete()
    assert look_up_citations() == 0
    assert len(archive.asked) == 1
    CitationRecord.objects.update(next_at=timezone.now())
    assert look_up_citations() == 1


@pytest.mark.parametrize(
    "odd",
    [
        work(3, "10.1000/1", authorships={"raw_orcid": ONE}),
        work(3, "10.1000/1", authorships=[person(["A. First"], [ONE])]),
        5,
        {},
        work(0, "10.1000/1"),
        work(10**19, "10.1000/1"),
        {"id": "W1", "doi": 5},
        work(3, "10.1000/1", best_oa_location=[], cited_by_count=-4),
    ],
)
def test_odd_answers_harm_nobody(odd: Any, archive: Archive) -> None:
    make_paper(arxiv_id="", doi="10.1000/1")
    answers(archive, odd)
    assert look_up_citations() == 1


def test_more_citations_cost_no_more_queries(alice: User, client: Client) -> None:
    paper = make_paper(arxiv_id="2611.00001")
    CitationRecord.objects.create(paper=paper, work=1, next_at=timezone.now())
    client.force_login(alice)
    client.get(paper.get_absolute_url())

    def cite(numbers: range) -> int:
        for number in numbers:
            other = make_paper()
            CitationRecord.objects.create(paper=other, work=number, next_at=timezone.now())
            Citation.objects.create(paper=paper, work=number)
            Citation.objects.create(paper=other, work=1)
        return queries_of(lambda: client.get(paper.get_absolute_url()))

    assert cite(range(10, 12)) == cite(range(12, 24))
