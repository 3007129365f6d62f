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

from accounts.hints import hint
from papers import subjects
from papers.actions.adding import add_papers, told_apart
from papers.models import Author, Authorship, Category, Link, OtherName, Paper, PaperCategory, PaperStats, Signal, Version
from papers.models.paper import hot_expression
from papers.ranking import hot
from papers.record import PaperRecord

BATCH = 500  # records; bounds memory and the length of a transaction
UNIQUE_IDENTIFIERS = ("arxiv_id", "doi", "key")
REMARKS = ("comment", "journal_ref", "licence", "is_withdrawn", "is_retracted")
UPDATED_FIELDS = [*UNIQUE_IDENTIFIERS, "title", "abstract", "published_on", "url", "fingerprint", "author_count", *REMARKS, "updated_at"]
IDENTIFIERS = (*UNIQUE_IDENTIFIERS, "fingerprint")
LONGEST_SLUG = 255  # what the column holds
INGEST_LOCK = 0x1EC7E4  # one advisory lock: two imports of one paper must not both insert it


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
    _ingest_batch(new, source)
    return new


def unknown_among(records: Sequence[PaperRecord]) -> list[PaperRecord]:
    """Return the records of papers that are not in the catalogue."""
    known = _KnownPapers(records)
    return [record for record in records if known.find(record) is None]


def lock_catalogue() -> None:
    """Keep others from adding or merging papers until the transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INGEST_LOCK])


@transaction.atomic
def _ingest_batch(batch: Sequence[PaperRecord], source: str) -> IngestReport:
    lock_catalogue()
    new, rest = told_apart(batch)
    add_papers(records=new, source=source)
    report = IngestReport(added=len(new))
    for start in range(0, len(rest), BATCH):
        report += _look_closer(rest[start : start + BATCH], source)
    if report.added or report.updated:
        hint("papers.index_papers")
    return report


def _look_closer(batch: Sequence[PaperRecord], source: str) -> IngestReport:
    """Take records that may be of papers that are here, or of one another's."""
    known = _KnownPapers(batch)
    written, report = _Written(), IngestReport()
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
    written.store()
    return report


class _Written:
    """What a batch has to store: each paper once, with the last authors and categories that any record gave it."""

    def __init__(self) -> None:
        self.papers: dict[int, Paper] = {}  # by id() of the object, since a new one has no key yet
        self.authors: dict[int, tuple[str, ...]] = {}
        self.categories: dict[int, tuple[str, ...]] = {}
        self.belongings: list[tuple[Paper, PaperRecord]] = []

    def differ(self, paper: Paper, record: PaperRecord) -> bool:
        """Compare with what an earlier record of the batch gave, before what is stored."""
        authors = self.authors.get(id(paper)) or _stored_authors(paper)
        categories = self.categories.get(id(paper)) or _stored_categories(paper)
        subjects_differ = set(categories) != set(record.categories) or categories[:1] != record.categories[:1]
        people_differ = record.authors and authors != record.authors
        return bool(people_differ or (record.categories and subjects_differ) or _has_new_belongings(paper, record))

    def note(self, paper: Paper, record: PaperRecord) -> None:
        self.papers[id(paper)] = paper
        self.belongings.append((paper, record))
        if record.authors:
            self.authors[id(paper)] = record.authors
        if record.categories:
            self.categories[id(paper)] = record.categories

    def store(self) -> None:
        new = [paper for paper in self.papers.values() if paper.pk is None]
        changed = [paper for paper in self.papers.values() if paper.pk is not None]
        _insert(new)
        _update(changed)
        _write_authors([(self.papers[key], names) for key, names in self.authors.items()])
        _write_categories([(self.papers[key], slugs) for key, slugs in self.categories.items()])
        _write_belongings(self.belongings)
        _write_signals(self.belongings)


class _KnownPapers:
    """The papers that a batch may mean, found by any identifier, and the writing of their fields."""

    def __init__(self, batch: Sequence[PaperRecord]) -> None:
        spellings = Q(slug__in={record.slug for record in batch})
        for name in IDENTIFIERS:
            spellings |= Q(**{f"{name}__in": {getattr(record, name) for record in batch} - {""}})
        self.former = _former_names(batch)
        spellings |= Q(pk__in=self.former.values())
        self.by_identifier: dict[tuple[str, str], Paper] = {}
        for paper in Paper.objects.filter(spellings).prefetch_related(
            "authorships__author", "papercategory_set__category", "versions", "links", "signals"
        ):
            self._index(paper)
        by_key = {paper.pk: paper for paper in self.by_identifier.values()}
        self.by_identifier |= {name: by_key[pk] for name, pk in self.former.items() if name not in self.by_identifier}

    def find(self, record: PaperRecord) -> Paper | None:
        """The strongest identifier decides; a fingerprint only where ids do not contradict it."""
        for name in IDENTIFIERS:
            paper = self.by_identifier.get((name, getattr(record, name)))
            if paper and (name != "fingerprint" or _may_be_one(paper, record)):
                return paper
        return None

    def is_former(self, record: PaperRecord) -> bool:
        """Whether the record tells of a paper that was merged into another, which stays as it is."""
        return any((kind, getattr(record, kind)) in self.former for kind in OtherName.Kind.values)

    def free_slug(self, record: PaperRecord) -> str:
        """The record's slug; with a random end where a paper that has since been renamed holds it."""
        if ("slug", record.slug) not in self.by_identifier:
            return record.slug
        end = "-" + secrets.token_hex(4)
        return record.slug[: LONGEST_SLUG - len(end)] + end

    def write_fields(self, paper: Paper, record: PaperRecord) -> bool:
        """Copy what the record knows onto the paper; silence of a source erases nothing.

        An identifier that another paper already has is left alone: the two may be one paper,
        which a person decides, and the rest of the record still counts.
        """
        changes = {
            name: value
            for name, value in _fields(record).items()
            if value and getattr(paper, name) != value and not self._belongs_to_another(paper, name, value)
        }
        for name, value in changes.items():
            setattr(paper, name, value)
        self._index(paper)
        return bool(changes)

    def _belongs_to_another(self, paper: Paper, name: str, value: Any) -> bool:
        return name in UNIQUE_IDENTIFIERS and self.by_identifier.get((name, value), paper) is not paper

    def _index(self, paper: Paper) -> None:
        for name in ("slug", *IDENTIFIERS):
            if value := getattr(paper, name):
                self.by_identifier.setdefault((name, value), paper)


def _former_names(batch: Sequence[PaperRecord]) -> dict[tuple[str, str], int]:
    """Names of papers that were merged into others, by kind and value: what comes in under them is the paper that stayed."""
    values = {getattr(record, kind) for record in batch for kind in OtherName.Kind.values} - {""}
    return {(kind, value): pk for kind, value, pk in OtherName.objects.filter(value__in=values).values_list("kind", "value", "paper")}


def _stored_authors(paper: Paper) -> tuple[str, ...]:
    return tuple(authorship.author.name for authorship in paper.authorships.all()) if paper.pk else ()


def _stored_categories(paper: Paper) -> tuple[str, ...]:
    return tuple(link.category.slug for link in paper.papercategory_set.all()) if paper.pk else ()


def _has_new_belongings(paper: Paper, record: PaperRecord) -> bool:
    """Versions and links are only ever added; a paper made in this batch is written anyway."""
    if paper.pk is None:
        return bool(record.versions or record.links or record.signals)
    versions = {(version.number, version.made_on) for version in paper.versions.all()}
    links = {(link.kind, link.url) for link in paper.links.all()}
    signals = {(signal.site, signal.votes, signal.submitter) for signal in paper.signals.all()}
    return not (versions.issuperset(record.versions) and links.issuperset(record.links) and signals.issuperset(record.signals))


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
        **{name: getattr(record, name) for name in REMARKS},
    }


def _insert(new: list[Paper]) -> None:
    Paper.objects.bulk_create(new)
    PaperStats.objects.bulk_create(
        PaperStats(paper=paper, hot=hot.score(votes=0, first_seen=paper.first_seen_at.timestamp())) for paper in new
    )


def _update(changed: list[Paper]) -> None:
    now = timezone.now()
    for paper in changed:
        paper.updated_at = now
    Paper.objects.bulk_update(changed, UPDATED_FIELDS)


def _write_authors(written: list[tuple[Paper, tuple[str, ...]]]) -> None:
    authors = _authors({name for _, names in written for name in names})
    Authorship.objects.filter(paper__in=[paper.pk for paper, _ in written]).delete()
    Authorship.objects.bulk_create(
        Authorship(paper=paper, author=authors[name], position=position) for paper, names in written for position, name in enumerate(names)
    )


def _write_categories(written: list[tuple[Paper, tuple[str, ...]]]) -> None:
    categories = _categories({slug for _, slugs in written for slug in slugs})
    PaperCategory.objects.filter(paper__in=[paper.pk for paper, _ in written]).delete()
    PaperCategory.objects.bulk_create(
        PaperCategory(paper=paper, category=categories[slug], is_primary=position == 0)
        for paper, slugs in written
        for position, slug in enumerate(slugs)
    )


def _write_belongings(written: list[tuple[Paper, PaperRecord]]) -> None:
    versions = {(paper.pk, number): day for paper, record in written for number, day in record.versions}
    Version.objects.bulk_create(
        [Version(paper_id=paper, number=number, made_on=day) for (paper, number), day in versions.items()],
        update_conflicts=True,
        unique_fields=["paper", "number"],
        update_fields=["made_on"],
    )
    links = {(paper.pk, kind, url) for paper, record in written for kind, url in record.links}
    Link.objects.bulk_create([Link(paper_id=paper, kind=kind, url=url) for paper, kind, url in sorted(links)], ignore_conflicts=True)


def _write_signals(written: list[tuple[Paper, PaperRecord]]) -> None:
    told = {(paper.pk, site): (votes, submitter) for paper, record in written for site, votes, submitter in record.signals}
    Signal.objects.bulk_create(
        [
            Signal(paper_id=paper, site=site, votes=votes, submitter=who, seen_at=timezone.now())
            for (paper, site), (votes, who) in told.items()
        ],
        update_conflicts=True,
        unique_fields=["paper", "site"],
        update_fields=["votes", "submitter", "seen_at"],
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
