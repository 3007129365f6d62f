"""Bringing papers in by hand: any spelling, one paper, looked up in the background, and what happens when that fails."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Scope, User
from papers.actions import submitting
from papers.actions.lists import create_list
from papers.actions.sharing import share_list
from papers.actions.submitting import AlreadyHere, NoIdentifier, TooMany, look_up_submissions, submit_many, submit_paper
from papers.formats.id_list import read_ids
from papers.formats.rejection import Named
from papers.models import Host, Paper, ReadingList, Submission, Visibility
from tests.api import Program, wrong
from tests.factories import make_paper
from tests.papers.hosts import Archive, Deposit, serving
from tests.threads import at_once

pytestmark = pytest.mark.django_db
State = Submission.State
DOI = "10.1038/s41586-021-03819-2"
WORK = {
    "title": ["Highly accurate protein structure prediction with <i>AlphaFold</i>"],
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Proteins are essential &amp; many.</jats:p>",
    "author": [
        {"given": "John", "family": "Jumper", "ORCID": "http://orcid.org/0000-0001-6169-6580", "authenticated-orcid": False},
        {"name": "A consortium", "ORCID": "0000-0001-6169-6581"},
        "nonsense",
    ],
    "issued": {"date-parts": [[2021, 7, 15]]},
    "published-print": {"date-parts": [[2021, 8]]},
    "container-title": ["Nature"],
    "relation": {"has-preprint": [{"id-type": "doi", "id": "10.1101/2021.01.01.000001"}]},
}


@pytest.fixture
def archive(settings: Any) -> Iterator[Archive]:
    with serving(Archive([Deposit(number) for number in range(1, 60)], works={DOI: WORK})) as found:
        settings.FETCH_PAUSE, settings.FETCH_PRIVATE = 0, True
        settings.ARXIV_API, settings.CROSSREF_API, settings.EUROPE_PMC_API = f"{found.url}/api/query", found.url, found.url
        yield found


def come_back() -> None:
    Submission.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    Host.objects.all().delete()


class TestWhichPaper:
    SPELLINGS = (
        "2611.00007",
        "arXiv:2611.00007v3",
        "https://arxiv.org/pdf/2611.00007v2.pdf?utm_source=mail",
        "https://doi.org/10.48550/arXiv.2611.00007",
        "https://huggingface.co/papers/2611.00007",
        "https://www.alphaxiv.org/abs/2611.00007",
    )

    def test_all_spellings_are_one_paper(self, alice: User, archive: Archive) -> None:
        asked = [submit_paper(user=alice, text=spelling) for spelling in self.SPELLINGS]
        assert {each.pk for each in asked} == {asked[0].pk}
        assert look_up_submissions() == 1
        assert Paper.objects.get().title == "Paper 7"
        for spelling in self.SPELLINGS:
            with pytest.raises(AlreadyHere) as here:
                submit_paper(user=alice, text=spelling)
            assert here.value.paper == Paper.objects.get()

    @pytest.mark.parametrize(
        ("text", "identifier"),
        [
            ("10.1234/" + "a" * 250, ""),  # longer than a DOI can be kept
            ("https://www.nature.com/articles", ""),
            (f"https://www.nature.com/articles?doi={DOI}", DOI),
            ("https://www.nature.com/articles/s41586-021-03819-2.pdf", DOI),
            ("https://aclanthology.org/2020.acl-main.703/", "10.18653/v1/2020.acl-main.703"),
            ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000308&type=printable", "10.1371/journal.pone.0000308"),
            ("https://pubmed.ncbi.nlm.nih.gov/34265844/", "pmid:34265844"),
            ("PMID: 34265844", "pmid:34265844"),
            ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8371605/#Sec2", "pmcid:PMC8371605"),
            ("https://europepmc.org/article/MED/34265844", "pmid:34265844"),
            ("https://europepmc.org/articles/PMC8371605", "pmcid:PMC8371605"),
            ("Read https://doi.org/10.48550/arXiv.1706.03762", "1706.03762"),
            ("https://www.frontiersin.org/articles/10.3389/fpsyg.2019.00001/full", "10.3389/fpsyg.2019.00001"),
            ("https://www.biorxiv.org/content/10.1101/2021.01.01.000001v2.full.pdf+html", "10.1101/2021.01.01.000001"),
            ("２６０１.15621", ""),  # digits that arXiv does not take
            (f"https://doi.org/{DOI}?utm_campaign=x", DOI),
            ("https://www.biorxiv.org/content/10.1101/2021.01.01.000001v2.full", "10.1101/2021.01.01.000001"),
            ("https://www.biorxiv.org/content/biorxiv/early/10.1101/2021.01.01.000001v1.full.pdf", "10.1101/2021.01.01.000001"),
            ("https://dl.acm.org/doi/10.1145/3292500.3330701", "10.1145/3292500.3330701"),
            ("hep-th/9901001", "hep-th/9901001"),
        ],
    )
    def test_addresses_that_hold_an_id_name_their_paper(self, text: str, identifier: str, alice: User) -> None:
        if identifier:
            assert submit_paper(user=alice, text=text).identifier == identifier
        else:
            with pytest.raises(NoIdentifier, match="No arXiv id, DOI or PubMed ID"):
                submit_paper(user=alice, text=text)

    def test_of_many_those_that_are_too_long_are_left_out(self, alice: User) -> None:
        assert submit_many(user=alice, identifiers=["10.1234/" + "a" * 250, "10.1234/a"]) == 1

    def test_two_people_may_wait_for_one_paper(self, alice: User, bob: User, archive: Archive) -> None:
        for person in (alice, bob):
            submit_paper(user=person, text="2611.00007", code_url=f"https://code.example/{person.handle}")
        assert look_up_submissions() == 2
        assert [link.url for link in Paper.objects.get().links.all()] == ["https://code.example/alice", "https://code.example/bob"]

    def test_nobody_brings_in_thousands(self, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(submitting, "MOST_A_DAY", 2)
        for number in (1, 2):
            submit_paper(user=alice, text=f"2611.0000{number}")
        with pytest.raises(TooMany):
            submit_paper(user=alice, text="2611.00003")


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece", ["nature.com/articles/" + "1" * 20_000 + "!", "pmcid:PMC1/" + "#" * 20_000, "https://" * 3_000, "(" * 20_000]
)
def test_no_line_of_a_file_takes_long_to_look_at(piece: str) -> None:
    assert not isinstance(next(iter(read_ids([piece.encode()]))), Named)


class TestPubMed:
    def test_a_number_is_looked_up_by_its_doi_and_leads_to_the_paper_from_then_on(self, alice: User, archive: Archive) -> None:
        archive.numbers["EXT_ID:34265844 AND SRC:MED"] = DOI
        made = submit_paper(user=alice, text="https://pubmed.ncbi.nlm.nih.gov/34265844/")
        assert look_up_submissions() == 1
        made.refresh_from_db()
        paper = Paper.objects.get(doi=DOI)
        assert (made.state, made.paper) == (State.FOUND, paper)
        with pytest.raises(AlreadyHere) as here:
            submit_paper(user=alice, text="pmid:34265844")
        assert here.value.paper == paper

    def test_a_paper_that_is_here_by_its_doi_gets_no_double(self, alice: User, archive: Archive) -> None:
        archive.numbers["PMCID:PMC8371605"] = DOI.upper()
        paper = make_paper(doi=DOI)
        submit_paper(user=alice, text="PMCID: PMC8371605")
        assert look_up_submissions() == 1
        assert Paper.objects.get() == paper

    def test_a_number_without_a_doi_says_so(self, alice: User, archive: Archive) -> None:
        made = submit_paper(user=alice, text="pmid:1")
        assert look_up_submissions() == 0
        made.refresh_from_db()
        assert (made.state, made.problem) == (State.UNKNOWN, "Europe PMC knows no DOI of this paper.")

    @pytest.mark.parametrize("odd", [b"[]", b"{}", b'{"resultList": {"result": [7, {"doi": 7}]}}', b"<html>"])
    def test_odd_answers_end_nothing(self, odd: bytes, alice: User, archive: Archive) -> None:
        archive.faults.append(odd)
        made = submit_paper(user=alice, text="pmid:1")
        look_up_submissions()
        made.refresh_from_db()
        assert made.state in {State.WAITING, State.UNKNOWN}
        assert made.problem


class TestIntoAList:
    def test_a_paper_goes_into_each_list_that_waits_for_it(self, alice: User, archive: Archive) -> None:
        shelf, desk = (create_list(owner=alice.namespace, title=title) for title in ("Shelf", "Desk"))
        for reading_list in (shelf, desk, shelf):
            submit_paper(user=alice, text="2611.00007", reading_list=reading_list)
        assert look_up_submissions() == 1
        assert [each.items.get().paper.title for each in (shelf, desk)] == ["Paper 7", "Paper 7"]
        assert shelf.items.get().added_by == alice

    def test_a_list_that_is_the_readers_no_longer_gets_nothing(self, alice: User, bob: User, archive: Archive) -> None:
        lent, gone = (create_list(owner=alice.namespace, title=title) for title in ("Lent", "Gone"))
        share_list(reading_list=lent, to=bob.namespace, may="edit", user=alice)
        for reading_list in (lent, gone):
            submit_paper(user=bob, text="2611.00007", reading_list=reading_list)
        lent.shares.all().delete()
        gone.delete()
        assert look_up_submissions() == 1
        assert not lent.items.exists()

    def test_lists_and_counters_are_locked_in_one_order(self, alice: User, archive: Archive) -> None:
        lists = [create_list(owner=alice.namespace, title=title) for title in "ABC"]
        for reading_list in reversed(lists):
            submit_paper(user=alice, text="2611.00007", reading_list=reading_list)
        with CaptureQueriesContext(connection) as asked:
            look_up_submissions()
        locks = [query["sql"] for query in asked if '"papers_readinglist"' in query["sql"] and "FOR UPDATE" in query["sql"]]
        counters = [query["sql"] for query in asked if query["sql"].startswith('UPDATE "papers_paperstats"')]
        order = [query["sql"] for query in asked]
        assert order.index(locks[0]) < order.index(counters[0])
        assert all(str(each.pk) in locks[0] for each in lists)

    @pytest.mark.parametrize("change", [{"is_active": False}, {"deletion_due_at": timezone.now()}])
    def test_who_is_gone_by_then_adds_nothing(self, change: dict[str, Any], alice: User, archive: Archive) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        submit_paper(user=alice, text="2611.00007", reading_list=shelf)
        User.objects.filter(pk=alice.pk).update(**change)
        assert look_up_submissions() == 1
        assert not shelf.items.exists()

    def test_over_rest(self, alice: User, bob: User, archive: Archive) -> None:
        create_list(owner=alice.namespace, title="Shelf")
        create_list(owner=bob.namespace, title="Public", visibility=Visibility.PUBLIC)
        program, reader = Program(alice, [Scope.PAPERS_WRITE, Scope.LISTS_WRITE]), Program(alice, [Scope.PAPERS_WRITE])
        asked = {"paper": "2611.00007", "list": "alice/shelf"}
        assert reader.ask("post", "/submissions/", asked).status_code == 403
        assert "“alice/none”" in wrong(program.ask("post", "/submissions/", asked | {"list": "alice/none"}))["list"]
        assert program.ask("post", "/submissions/", asked | {"list": "bob/public"}).status_code == 403
        here = make_paper(arxiv_id="1706.03762")
        assert program.ask("post", "/submissions/", asked | {"paper": here.arxiv_id}).status_code == 409
        assert not here.list_items.exists()
        assert program.ask("post", "/submissions/", asked).status_code == 202
        assert look_up_submissions() == 1
        assert ReadingList.objects.get(title="Shelf").items.get().paper.title == "Paper 7"


class TestLookingUp:
    def test_fifty_arxiv_ids_are_one_request(self, alice: User, archive: Archive) -> None:
        for number in range(1, 51):
            submit_paper(user=alice, text=f"2611.{number:05}")
        assert look_up_submissions() == 50
        assert len(archive.asked) == 1

    def test_a_doi_is_looked_up_at_crossref(self, alice: User, archive: Archive) -> None:
        submit_paper(user=alice, text=DOI)
        look_up_submissions()
        paper = Paper.objects.get()
        assert (paper.title, paper.abstract) == (
            "Highly accurate protein structure prediction with AlphaFold",
            "Proteins are essential & many.",
        )
        people = paper.authorships.values_list("author__name", "orcid")
        assert list(people) == [("John Jumper", "0000-0001-6169-6580"), ("A consortium", "")]
        assert (str(paper.published_on), paper.journal_ref) == ("2021-07-15", "Nature")
        assert [(link.kind, link.url) for link in paper.links.all()] == [("preprint", "https://doi.org/10.1101/2021.01.01.000001")]

    def test_what_nobody_knows_is_said(self, alice: User, archive: Archive) -> None:
        for text in ("2611.99999", "10.1000/182"):
            submit_paper(user=alice, text=text)
        assert look_up_submissions() == 0
        assert {each.state for each in Submission.objects.all()} == {State.UNKNOWN}

    def test_a_busy_host_is_asked_again_when_it_says(self, alice: User, archive: Archive) -> None:
        archive.faults.append((503, {"Retry-After": "120"}))
        asked = submit_paper(user=alice, text="2611.00001")
        assert look_up_submissions() == 0
        asked.refresh_from_db()
        assert asked.state == State.WAITING
        assert timedelta(seconds=110) < asked.next_try_at - timezone.now() <= timedelta(seconds=120)
        come_back()
        assert look_up_submissions() == 1

    def test_it_gives_up_in_the_end_with_the_reason(self, alice: User, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(submitting, "MOST_TRIES", 2)
        submit_paper(user=alice, text="2611.00001")
        for _try in range(2):
            archive.faults.append(lambda body: b"<feed")
            look_up_submissions()
            come_back()
        assert (Submission.objects.get().state, Paper.objects.count()) == (State.FAILED, 0)
        assert "no XML that can be used" in Submission.objects.get().problem

    def test_who_dies_with_it_leaves_it_to_the_next(self, alice: User, archive: Archive) -> None:
        submit_paper(user=alice, text="2611.00001")
        submitting._claim()
        assert look_up_submissions() == 0
        come_back()
        assert look_up_submissions() == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_make_one_submission_and_one_paper(alice: User, archive: Archive) -> None:
    made = at_once([lambda: submit_paper(user=alice, text="2611.00001")] * 16)
    assert {each.pk for each in made} == {Submission.objects.get().pk}
    at_once([look_up_submissions] * 8)
    assert (Paper.objects.count(), len(archive.asked)) == (1, 1)


class TestThePages:
    def test_a_paper_that_is_here_opens_at_once(self, alices_browser: Client) -> None:
        paper = make_paper(arxiv_id="1706.03762")
        answer = alices_browser.post("/submit/", {"text": "https://arxiv.org/abs/1706.03762v7"}, follow=True)
        assert answer.redirect_chain == [(paper.get_absolute_url(), 302)]
        assert "here already" in answer.content.decode()

    def test_what_waits_is_watched_and_what_is_found_leads_there(self, alices_browser: Client, archive: Archive) -> None:
        page = alices_browser.post("/submit/", {"text": "2611.00007"}, follow=True).content.decode()
        assert "being looked up" in page
        assert 'hx-trigger="every 2s"' in page
        look_up_submissions()
        page = alices_browser.get("/submit/mine").content.decode()
        assert ("Paper 7" in page, "hx-trigger" in page) == (True, False)

    def test_nonsense_is_named_beside_the_box(self, alices_browser: Client) -> None:
        assert "can be seen in “hello”" in alices_browser.post("/submit/", {"text": "hello"}).content.decode()

    def test_a_list_of_ids_comes_in_line_by_line(self, alices_browser: Client, archive: Archive) -> None:
        paper = make_paper(arxiv_id="1706.03762")
        page = alices_browser.post("/submit/", {"text": "2611.00007\n\narXiv:1706.03762\nhello\n2611.00008v2"}).content.decode()
        assert "can be seen in “hello”" in page
        assert paper.get_absolute_url() in page
        assert look_up_submissions() == 2

    def test_code_belongs_to_one_paper(self, alices_browser: Client) -> None:
        page = alices_browser.post("/submit/", {"text": "2611.00007\n2611.00008", "code_url": "https://code.example/x"})
        assert "belong to one paper" in page.content.decode()
        assert not Submission.objects.exists()


class TestRest:
    def test_a_program_brings_a_paper_in_and_asks_what_became_of_it(self, alice: User, archive: Archive) -> None:
        program = Program(alice)
        made = program.ask("post", "/submissions/", {"paper": "arXiv:2611.00007"})
        assert (made.status_code, made.json()["state"]) == (202, "waiting")
        look_up_submissions()
        assert program.get(f"/submissions/{made.json()['id']}/")["paper_slug"] == "2611.00007"
        again = program.ask("post", "/submissions/", {"paper": "2611.00007"})
        assert (again.status_code, again.json()["slug"]) == (409, "2611.00007")

    def test_nonsense_is_refused_at_its_field(self, alice: User) -> None:
        answer = Program(alice).ask("post", "/submissions/", {"paper": "hello"})
        assert list(wrong(answer)) == ["paper"]
