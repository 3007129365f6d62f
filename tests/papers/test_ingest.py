"""Ingesting: idempotent, by identity, and nothing lost to one odd record."""

import pytest

from papers.actions.ingest import IngestReport, ingest_papers
from papers.models import Author, Paper
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
