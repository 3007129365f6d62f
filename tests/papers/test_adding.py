"""Papers by COPY: the same catalogue as row by row, whatever the records hold, and no more than one paper for each."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from papers.actions import ingest
from papers.actions.ingest import ingest_papers
from papers.actions.ingest.adding import told_apart
from papers.actions.merging import merge_papers
from papers.models import Author, Authorship, Category, Link, Paper, PaperCategory, PaperStats, PaperToIndex, Signal, Version
from papers.record import PaperRecord
from tests.factories import make_paper, make_record

pytestmark = pytest.mark.django_db
ODD = "tab\tback\\slash \\N \\. “quotes” naïve 量子 🜁 {x} $\\alpha$"


def records() -> list[PaperRecord]:
    """Papers of every kind: plain, odd, in a crowd, twice, twice by another id, with all that may belong to one."""
    everything: dict[str, Any] = {
        "orcids": (("Åsa Ünal", "0000-0002-1825-0097"),),
        "versions": ((1, date(2024, 1, 1)), (2, date(2024, 2, 1))),
        "links": (("code", "https://code.example/a"), ("code", "https://code.example/a"), ("pdf", "https://a.example/b.pdf")),
        "signals": (("hf", 42, "Alice"),),
        "comment": "12 pages",
        "journal_ref": "A Journal",
        "licence": "CC-BY",
        "is_withdrawn": True,
        "published": date(2024, 1, 1),
        "url": "https://a.example/",
    }
    plain = [make_record() for _ in range(20)]
    crowd = make_record(authors=tuple(f"Member {number}" for number in range(3_000)))
    odd = make_record(title=ODD, abstract=ODD, authors=(ODD, "Åsa Ünal"), categories=("hep-th", "math.AG"), **everything)
    nameless = PaperRecord(title="Without any id")
    same_title = [make_record(title="Twins", arxiv_id=f"2402.0000{number}", authors=("A",)) for number in (1, 2)]
    with_both = [make_record(arxiv_id="2403.00001", doi="10.1000/1"), make_record(arxiv_id="", doi="10.1000/1", abstract="Another.")]
    return [*plain, crowd, odd, nameless, nameless, *same_title, *with_both, plain[0]]


def contents() -> dict[str, list[Any]]:
    """All that papers have, without keys of rows and moments."""
    fields = [field.name for field in Paper._meta.concrete_fields if field.name not in {"id", "first_seen_at", "updated_at"}]
    return {
        "papers": sorted(Paper.objects.values_list(*fields), key=str),
        "authors": sorted(Authorship.objects.values_list("paper__slug", "position", "author__name", "orcid")),
        "subjects": sorted(PaperCategory.objects.values_list("paper__slug", "category__slug", "category__name", "is_primary")),
        "versions": sorted(Version.objects.values_list("paper__slug", "number", "made_on")),
        "signals": sorted(Signal.objects.values_list("paper__slug", "site", "votes", "submitter")),
        "links": sorted(Link.objects.values_list("paper__slug", "kind", "url")),
        "counts": sorted(PaperStats.objects.values_list("paper__slug", "vote_count", "save_count")),
        "to index": sorted(Paper.objects.filter(pk__in=PaperToIndex.objects.values("paper_id")).values_list("slug", flat=True)),
    }


def test_both_ways_make_the_same_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    given = records()
    report = ingest_papers(records=given, source="test")
    by_copy = contents()
    for model in (Paper, Author, Category, PaperToIndex):
        model.objects.all().delete()
    monkeypatch.setattr(ingest, "told_apart", lambda batch: ([], list(batch)))
    assert ingest_papers(records=given, source="test") == report
    assert contents() == by_copy
    assert len(by_copy["papers"]) == report.added == 26


def test_what_shares_any_name_needs_a_closer_look() -> None:
    here = make_paper(arxiv_id="2401.00001", doi="10.1000/2")
    merge_papers(keep=here, other=make_paper(arxiv_id="2401.00002"))
    new = make_record(arxiv_id="2404.00001")
    shared = [make_record(arxiv_id="2401.00001"), make_record(doi="10.1000/2"), make_record(arxiv_id="2401.00002")]
    pair = [make_record(key="k"), make_record(key="k")]
    assert told_apart([new, *shared, *pair]) == ([new], [*shared, *pair])


def snapshot_line(number: int, **over: Any) -> bytes:
    entry = {
        "id": f"2401.{number:05}",
        "title": f"Paper {number}",
        "abstract": f"  About {number}.\n",
        "categories": "cs.LG stat.ML",
        "doi": None,
        "comments": None,
        "versions": [{"version": "v1", "created": "Mon, 1 Jan 2024 10:00:00 GMT"}],
        "authors_parsed": [["Doe", f"J. {number % 50}", ""], ["Roe", "R.", "Jr"]],
    }
    return json.dumps(entry | over).encode() + b"\n"


def test_a_snapshot_of_a_thousand_records_comes_in(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = [snapshot_line(number) for number in range(1, 1_001)]
    lines[99], lines[499], lines[799] = b'{"id": "2401.00100", "authors_parsed"\n', snapshot_line(500, title=""), snapshot_line(1)
    path = tmp_path / "snapshot.json"
    path.write_bytes(b"".join(lines))
    for counts in ("997 added, 1 updated, 0 unchanged, 2 rejected", "0 added, 0 updated, 998 unchanged, 2 rejected"):
        with pytest.raises(CommandError):
            call_command("import_papers", str(path))
        told = capfd.readouterr()
        assert counts in told.out
        assert "line 100: line: is not JSON" in told.err
        assert "line 500: title: is missing or empty" in told.err
    assert (Paper.objects.count(), Author.objects.count(), Version.objects.count()) == (997, 51, 997)
