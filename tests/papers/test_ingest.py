"""Ingesting: idempotent, by identity, and nothing lost to one odd record."""

from dataclasses import replace

import pytest

from papers.actions.ingest import IngestReport, ingest_papers
from papers.models import Author, Paper
from papers.record import PaperRecord, RecordError
from tests.factories import make_paper, make_record

pytestmark = pytest.mark.django_db


def test_a_second_import_changes_nothing() -> None:
    records = [make_record() for _ in range(5)]
    assert ingest_papers(records=records, source="test") == IngestReport(added=5)
    assert ingest_papers(records=records, source="test") == IngestReport(unchanged=5)


def test_a_changed_title_updates_the_paper_and_keeps_its_address() -> None:
    ingest_papers(records=[make_record(title="Old", arxiv_id="", key="k1")], source="test")
    slug = Paper.objects.get().slug
    report = ingest_papers(records=[make_record(title="New", arxiv_id="", key="k1")], source="test")
    assert report == IngestReport(updated=1)
    assert (Paper.objects.get().title, Paper.objects.get().slug) == ("New", slug)


def test_a_title_without_ids_and_the_same_title_with_an_id_are_one_paper() -> None:
    plain = make_record(title="Same", arxiv_id="", authors=())
    ingest_papers(records=[plain], source="test")
    ingest_papers(records=[make_record(title="Same", arxiv_id="2401.99999", authors=())], source="test")
    assert Paper.objects.get().arxiv_id == "2401.99999"


def test_authors_keep_their_order_and_are_shared_between_papers() -> None:
    ingest_papers(records=[make_record(authors=("B", "A")), make_record(authors=("A", "C"))], source="test")
    first = Paper.objects.order_by("pk").first()
    assert first is not None
    assert [authorship.author.name for authorship in first.authorships.all()] == ["B", "A"]
    assert Author.objects.count() == 3


ONE, TWO = "0000-0002-1825-0097", "0000-0002-1694-233X"


def orcids_of(paper: Paper) -> list[tuple[str, str]]:
    return list(paper.authorships.values_list("author__name", "orcid"))


def test_orcids_come_with_new_papers_and_with_known_ones() -> None:
    record = make_record(authors=("A", "B", "C"), orcids=(("B", ONE),))
    paper = make_paper(arxiv_id=record.arxiv_id, title=record.title, authors=record.authors)
    assert ingest_papers(records=[record, record], source="test") == IngestReport(updated=1, unchanged=1)
    assert orcids_of(paper) == [("A", ""), ("B", ONE), ("C", "")]
    assert ingest_papers(records=[replace(record, orcids=(("C", ONE), ("A", TWO)))], source="test").updated == 1
    assert orcids_of(paper) == [("A", TWO), ("B", ""), ("C", ONE)]


def test_who_tells_no_orcids_erases_none() -> None:
    paper = make_paper(arxiv_id="2401.00001", authors=("A", "B"), orcids=(("A", ONE), ("B", TWO)))
    later = make_record(arxiv_id="2401.00001", authors=("B", "A. Longer"))
    ingest_papers(records=[later, replace(later, abstract="Another.")], source="test")
    assert orcids_of(paper) == [("B", TWO), ("A. Longer", "")]


def test_the_orcids_of_two_records_of_one_batch_are_joined() -> None:
    one, two = (
        make_record(doi="10.1000/1", arxiv_id="", title="T", authors=("A", "B"), orcids=each) for each in ((("A", ONE),), (("B", TWO),))
    )
    ingest_papers(records=[one, two], source="test")
    assert orcids_of(Paper.objects.get()) == [("A", ONE), ("B", TWO)]


def test_orcids_are_read_by_name_and_one_of_two_people_is_nobodys() -> None:
    raw = {"title": "T", "authors": ["A", "B  C", "D"], "orcids": {"A": f"https://orcid.org/{ONE}", "B C": TWO, "D": TWO}}
    assert PaperRecord.from_mapping(raw).orcids == (("A", ONE),)


@pytest.mark.parametrize("orcids", [["A"], "A", {"B": ONE}, {"A": "0000-0002-1825-0098"}, {"A": None}, {"A": [ONE]}])
def test_what_is_no_orcid_of_an_author_is_refused(orcids: object) -> None:
    with pytest.raises(RecordError, match="orcids"):
        PaperRecord.from_mapping({"title": "T", "authors": ["A"], "orcids": orcids})


def test_a_record_that_mixes_two_papers_ids_does_not_stop_the_batch() -> None:
    make_paper(arxiv_id="2401.10001", doi="")
    make_paper(arxiv_id="", doi="10.1000/1")
    mixed = make_record(arxiv_id="2401.10001", doi="10.1000/1")
    ingest_papers(records=[mixed, make_record()], source="test")
    assert Paper.objects.count() == 3
    assert Paper.objects.get(arxiv_id="2401.10001").doi is None


def test_one_paper_twice_in_a_batch_is_one_paper() -> None:
    record = make_record()
    assert ingest_papers(records=[record, record], source="test") == IngestReport(added=1, unchanged=1)


def test_a_later_silent_record_of_the_same_batch_erases_nothing() -> None:
    whole = make_record(authors=("A", "B"), categories=("cs.LG",))
    silent = make_record(arxiv_id=whole.arxiv_id, title="A new title", authors=(), categories=())
    ingest_papers(records=[whole, silent], source="test")
    paper = Paper.objects.get()
    assert (paper.title, paper.author_count, paper.authorships.count(), paper.categories.count()) == ("A new title", 2, 2, 1)
    assert ingest_papers(records=[whole, silent], source="test") == IngestReport(updated=2)  # back and forth, nothing lost
    assert Paper.objects.get().authorships.count() == 2


@pytest.mark.parametrize("is_known", [True, False])
def test_the_last_authors_and_subjects_of_a_batch_count(is_known: bool) -> None:
    last = make_record(authors=("A", "B"), categories=("cs.LG",))
    other = replace(last, authors=("A", "C"), categories=("cs.CL",))
    if is_known:
        ingest_papers(records=[last], source="test")
    ingest_papers(records=[other, last], source="test")
    paper = Paper.objects.get()
    assert [authorship.author.name for authorship in paper.authorships.all()] == ["A", "B"]
    assert [category.slug for category in paper.categories.all()] == ["cs.LG"]


def test_subjects_that_only_a_later_record_of_the_batch_knows_come_in() -> None:
    record = make_record(categories=("cs.LG",))
    ingest_papers(records=[replace(record, categories=()), record], source="test")
    assert Paper.objects.get().categories.count() == 1


def test_the_longest_doi_finds_an_address_even_where_a_changed_paper_holds_it() -> None:
    doi = "10.1000/" + "x" * 247
    Paper.objects.filter(pk=make_paper(arxiv_id="", doi=doi).pk).update(doi="10.1000/1")
    ingest_papers(records=[make_record(arxiv_id="", doi=doi)], source="test")
    assert len(Paper.objects.get(doi=doi).slug) == 255


def test_an_identifier_that_another_paper_has_does_not_count_as_a_change() -> None:
    make_paper(arxiv_id="2401.10001", doi="")
    make_paper(arxiv_id="", doi="10.1000/1")
    mixed = make_record(arxiv_id="2401.10001", doi="10.1000/1")
    ingest_papers(records=[mixed], source="test")
    assert ingest_papers(records=[mixed], source="test") == IngestReport(unchanged=1)


def test_arxivs_own_doi_is_the_arxiv_id() -> None:
    record = PaperRecord.from_mapping({"title": "One", "doi": "https://doi.org/10.48550/arXiv.1706.03762"})
    assert (record.arxiv_id, record.doi, record.slug) == ("1706.03762", "", "1706.03762")


def test_a_name_means_the_paper_with_that_very_slug_first() -> None:
    make_paper(arxiv_id="1706.03762")
    renamed = make_paper(arxiv_id="", doi="10.1000/2")
    Paper.objects.filter(pk=renamed.pk).update(slug="arXiv:1706.03762")
    assert Paper.objects.called("arXiv:1706.03762").get() == renamed
    assert Paper.objects.called("https://arxiv.org/abs/1706.03762v3").get().arxiv_id == "1706.03762"
