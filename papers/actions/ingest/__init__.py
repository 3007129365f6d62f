"""Bringing records into the catalogue: new ones in, known ones brought up to date, in bulk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.db import transaction
from django.utils import timezone

from accounts.actions.announcing import announce_each
from accounts.hints import hint
from accounts.locks import hold
from papers.actions.ingest.adding import add_papers, told_apart
from papers.actions.ingest.known import KnownPapers
from papers.actions.ingest.written import Written
from papers.formats.rejection import Entry, Named
from papers.models import OtherName, Paper
from papers.record import PaperRecord

BATCH = 500  # records; bounds memory and the length of a transaction
AT_ONCE = 100  # papers that one announcement names
CATALOGUE = "the catalogue"  # two imports of one paper must not both insert it


@dataclass
class IngestReport:
    """How many records did what."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "IngestReport") -> "IngestReport":
        return IngestReport(self.added + other.added, self.updated + other.updated, self.unchanged + other.unchanged)


def ingest_papers(*, records: Iterable[PaperRecord], source: str, batch_size: int = BATCH) -> IngestReport:
    """Add or update papers, batch by batch; running it twice changes nothing.

    Args:
        records: any number of records; only one batch is held in memory.
        source: what brought them in; kept on new papers.
        batch_size: records in one transaction, during which nobody else brings papers in.
    """
    report, rest = IngestReport(), iter(records)
    while batch := list(islice(rest, batch_size)):
        report += _ingest_batch(batch, source)
    return report


@transaction.atomic
def ingest_new_papers(*, records: Sequence[PaperRecord], source: str) -> list[PaperRecord]:
    """Add the papers that are not here yet, and leave those that are as they are; return the records that were new.

    What readers bring may be told wrongly, and a paper belongs to everybody: it must not change what is known.

    Args:
        records: of one batch; all are in memory.
        source: what brought them in.
    """
    lock_catalogue()
    new = unknown_among(records)
    # An ORCID ties names together on authors' pages: publishers' word is good for that, a reader's file is not.
    _ingest_batch([replace(record, orcids=()) if record.orcids else record for record in new], source)
    return new


def unknown_among(records: Sequence[PaperRecord]) -> list[PaperRecord]:
    """Return the records of papers that are not in the catalogue."""
    known = KnownPapers(records)
    return [record for record in records if known.find(record) is None]


def papers_of(entries: Sequence[Entry]) -> dict[int, int]:
    """Return the keys of the papers that entries of a file mean, by the id() of the entry, as far as they are here."""
    records = [each for each in entries if isinstance(each, PaperRecord)]
    known = KnownPapers(records)
    found = {id(record): paper.pk for record in records if (paper := known.find(record))}
    names = {each.identifier for each in entries if isinstance(each, Named)}
    here = {name: pk for pk, *ids in Paper.objects.named_by(names).values_list("pk", "arxiv_id", "doi") for name in ids if name}
    here |= dict(OtherName.objects.filter(value__in=names).values_list("value", "paper"))
    return found | {id(each): here[each.identifier] for each in entries if isinstance(each, Named) and each.identifier in here}


def lock_catalogue() -> None:
    """Keep others from adding or merging papers until the transaction is over."""
    hold(CATALOGUE)


@transaction.atomic
def _ingest_batch(batch: Sequence[PaperRecord], source: str) -> IngestReport:
    lock_catalogue()
    new, rest = told_apart(batch)
    announce_arrivals(add_papers(records=new, source=source))
    report = IngestReport(added=len(new))
    for start in range(0, len(rest), BATCH):
        report += _look_closer(rest[start : start + BATCH], source)
    if report.added or report.updated:
        hint("papers.index_papers")
    return report


def _look_closer(batch: Sequence[PaperRecord], source: str) -> IngestReport:
    """Take records that may be of papers that are here, or of one another's."""
    known = KnownPapers(batch)
    written, report = Written(), IngestReport()
    for record in batch:
        paper = known.find(record)
        if paper is None:
            paper = Paper(slug=known.free_slug(record), source=source, first_seen_at=timezone.now())
            known.write_fields(paper, record)
            report.added += 1
        elif not known.is_former(record) and (known.write_fields(paper, record) or written.differ(paper, record)):
            report.updated += 1
        else:
            report.unchanged += 1
            continue
        written.note(paper, record)
    announce_arrivals(written.store())
    return report


def announce_arrivals(papers: Sequence[int]) -> None:
    """Tell programs, a hundred papers at a time, what is new in the catalogue."""
    if papers:
        parts = (papers[start : start + AT_ONCE] for start in range(0, len(papers), AT_ONCE))
        announce_each("papers.added", ({"papers": list(part)} for part in parts))
