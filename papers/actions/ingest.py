"""Bringing records into the catalogue: new ones in, known ones brought up to date, in bulk."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from papers import subjects
from papers.models import Author, Authorship, Category, Paper, PaperCategory, PaperStats
from papers.models.paper import hot_expression
from papers.ranking import hot
from papers.record import PaperRecord

BATCH = 500  # records; bounds memory and the length of a transaction
UNIQUE_IDENTIFIERS = ("arxiv_id", "doi", "key")
IDENTIFIERS = (*UNIQUE_IDENTIFIERS, "fingerprint")
INGEST_LOCK = 0x1EC7E4  # one advisory lock: two imports of one paper must not both insert it


@dataclass
class IngestReport:
    """How many records did what."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "IngestReport") -> "IngestReport":
        return IngestReport(self.added + other.added, self.updated + other.updated, self.unchanged + other.unchanged)


def ingest_papers(*, records: Iterable[PaperRecord], source: str) -> IngestReport:
    """Add or update papers, batch by batch; running it twice changes nothing.

    Args:
        records: any number of records; only one batch is held in memory.
        source: what brought them in; kept on new papers.
    """
    report, rest = IngestReport(), iter(records)
    while batch := list(islice(rest, BATCH)):
        report += _ingest_batch(batch, source)
    return report


@transaction.atomic
def _ingest_batch(batch: Sequence[PaperRecord], source: str) -> IngestReport:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INGEST_LOCK])
    known = _KnownPapers(batch)
    new: dict[int, tuple[Paper, PaperRecord]] = {}  # by identity of the object: it has no key yet
    changed: dict[int, tuple[Paper, PaperRecord]] = {}
    report = IngestReport()
    for record in batch:
        paper = known.find(record)
        if paper is None:
            paper = Paper(slug=known.free_slug(record), source=source, first_seen_at=timezone.now())
            known.write_fields(paper, record)
            new[id(paper)] = paper, record
            report.added += 1
        elif known.write_fields(paper, record) or known.people_and_subjects_differ(paper, record):
            (changed if paper.pk else new)[paper.pk or id(paper)] = paper, record
            report.updated += 1
        else:
            report.unchanged += 1
    _insert(list(new.values()))
    _update(list(changed.values()))
    _write_people_and_subjects([*new.values(), *changed.values()])
    return report


class _KnownPapers:
    """The papers that a batch may mean, found by any identifier, and the writing of their fields."""

    def __init__(self, batch: Sequence[PaperRecord]) -> None:
        spellings = Q(slug__in={record.slug for record in batch})
        for name in IDENTIFIERS:
            spellings |= Q(**{f"{name}__in": {getattr(record, name) for record in batch} - {""}})
        self.by_identifier: dict[tuple[str, str], Paper] = {}
        for paper in Paper.objects.filter(spellings).prefetch_related("authorships__author", "papercategory_set__category"):
            self._index(paper)

    def find(self, record: PaperRecord) -> Paper | None:
        """The strongest identifier decides; a fingerprint only where ids do not contradict it."""
        for name in IDENTIFIERS:
            paper = self.by_identifier.get((name, getattr(record, name)))
            if paper and (name != "fingerprint" or _may_be_one(paper, record)):
                return paper
        return None

    def free_slug(self, record: PaperRecord) -> str:
        """The record's slug; with a random end where a paper that has since been renamed holds it."""
        return f"{record.slug}-{secrets.token_hex(4)}" if ("slug", record.slug) in self.by_identifier else record.slug

    def write_fields(self, paper: Paper, record: PaperRecord) -> bool:
        """Copy what the record knows onto the paper; silence of a source erases nothing.

        An identifier that another paper already has is left alone: the two may be one paper,
        which a person decides, and the rest of the record still counts.
        """
        changes = {name: value for name, value in _fields(record).items() if value and getattr(paper, name) != value}
        for name, value in changes.items():
            if self.by_identifier.get((name, value), paper) is paper or name not in UNIQUE_IDENTIFIERS:
                setattr(paper, name, value)
        self._index(paper)
        return bool(changes)

    def _index(self, paper: Paper) -> None:
        for name in ("slug", *IDENTIFIERS):
            if value := getattr(paper, name):
                self.by_identifier.setdefault((name, value), paper)

    def people_and_subjects_differ(self, paper: Paper, record: PaperRecord) -> bool:
        if paper.pk is None:
            return False
        authors = tuple(authorship.author.name for authorship in paper.authorships.all())
        subjects = {link.category.slug for link in paper.papercategory_set.all()}
        return bool((record.authors and authors != record.authors) or (record.categories and subjects != set(record.categories)))


def _may_be_one(paper: Paper, record: PaperRecord) -> bool:
    pairs = ((getattr(paper, name), getattr(record, name)) for name in UNIQUE_IDENTIFIERS)
    return all(not ours or not theirs or ours == theirs for ours, theirs in pairs)


def _fields(record: PaperRecord) -> dict[str, Any]:
    return {
        "arxiv_id": record.arxiv_id,
        "doi": record.doi,
        "key": record.key,
        "title": record.title,
        "abstract": record.abstract,
        "published_on": record.published,
        "url": record.url,
        "fingerprint": record.fingerprint,
        "author_count": len(record.authors),
    }


def _insert(new: list[tuple[Paper, PaperRecord]]) -> None:
    papers = Paper.objects.bulk_create([paper for paper, _ in new])
    PaperStats.objects.bulk_create(
        PaperStats(paper=paper, hot=hot.score(votes=0, first_seen=paper.first_seen_at.timestamp())) for paper in papers
    )


def _update(changed: list[tuple[Paper, PaperRecord]]) -> None:
    now = timezone.now()
    for paper, _ in changed:
        paper.updated_at = now
    Paper.objects.bulk_update([paper for paper, _ in changed], [*_fields(changed[0][1]), "updated_at"] if changed else ["updated_at"])


def _write_people_and_subjects(written: list[tuple[Paper, PaperRecord]]) -> None:
    authors = _authors({name for _, record in written for name in record.authors})
    categories = _categories({slug for _, record in written for slug in record.categories})
    Authorship.objects.filter(paper__in=[paper.pk for paper, record in written if record.authors]).delete()
    PaperCategory.objects.filter(paper__in=[paper.pk for paper, record in written if record.categories]).delete()
    Authorship.objects.bulk_create(
        Authorship(paper=paper, author=authors[name], position=position)
        for paper, record in written
        for position, name in enumerate(record.authors)
    )
    PaperCategory.objects.bulk_create(
        PaperCategory(paper=paper, category=categories[slug], is_primary=position == 0)
        for paper, record in written
        for position, slug in enumerate(record.categories)
    )


def _authors(names: set[str]) -> dict[str, Author]:
    Author.objects.bulk_create([Author(name=name) for name in sorted(names)], ignore_conflicts=True)
    return Author.objects.in_bulk(list(names), field_name="name")


def _categories(slugs: set[str]) -> dict[str, Category]:
    new = [Category(slug=slug, name=subjects.NAMES.get(slug, "")) for slug in sorted(slugs)]
    Category.objects.bulk_create(new, ignore_conflicts=True)
    return Category.objects.in_bulk(list(slugs), field_name="slug")


@transaction.atomic
def set_first_seen(*, paper: Paper, first_seen_at: datetime) -> None:
    """Move a paper's arrival in this catalogue, and its hot score with it."""
    paper.first_seen_at = first_seen_at
    paper.save(update_fields=["first_seen_at"])
    PaperStats.objects.filter(paper=paper).update(hot=hot_expression(F("vote_count"), first_seen_at))


@transaction.atomic
def move_arrivals(*, papers: QuerySet[Paper], by: timedelta) -> None:
    """Move many papers' arrivals by the same time, and their hot scores with them."""
    stats = PaperStats.objects.filter(paper__in=papers.values("pk"))
    stats.update(hot=F("hot") + by.total_seconds() / hot.SECONDS_PER_TENFOLD)
    papers.update(first_seen_at=F("first_seen_at") + by)
