"""What a batch writes of papers that are known or need a closer look: each paper once, whatever many records say of it."""

from django.utils import timezone

from papers import subjects
from papers.actions.ingest.known import REMARKS, UNIQUE_IDENTIFIERS
from papers.models import Author, Authorship, Category, Link, Paper, PaperCategory, PaperStats, Signal, Version
from papers.ranking import hot
from papers.record import PaperRecord

UPDATED_FIELDS = [*UNIQUE_IDENTIFIERS, "title", "abstract", "published_on", "url", "fingerprint", "author_count", *REMARKS, "updated_at"]


class Written:
    """What a batch has to store: each paper once, with the last authors and categories that any record gave it."""

    def __init__(self) -> None:
        self.papers: dict[int, Paper] = {}  # by id() of the object, since a new one has no key yet
        self.authors: dict[int, tuple[str, ...]] = {}
        self.orcids: dict[int, dict[str, str]] = {}
        self.categories: dict[int, tuple[str, ...]] = {}
        self.belongings: list[tuple[Paper, PaperRecord]] = []

    def differ(self, paper: Paper, record: PaperRecord) -> bool:
        """Compare with what an earlier record of the batch gave, before what is stored."""
        authors = self.authors.get(id(paper)) or _stored_authors(paper)
        categories = self.categories.get(id(paper)) or _stored_categories(paper)
        subjects_differ = set(categories) != set(record.categories) or categories[:1] != record.categories[:1]
        people_differ = record.authors and (authors != record.authors or not self._orcids(paper).items() >= set(record.orcids))
        return bool(people_differ or (record.categories and subjects_differ) or _has_new_belongings(paper, record))

    def note(self, paper: Paper, record: PaperRecord) -> None:
        self.papers[id(paper)] = paper
        self.belongings.append((paper, record))
        if record.authors:
            self.authors[id(paper)] = record.authors
            self.orcids[id(paper)] = _joined(self._orcids(paper), dict(record.orcids))
        if record.categories:
            self.categories[id(paper)] = record.categories

    def _orcids(self, paper: Paper) -> dict[str, str]:
        """What is known by now; most sources tell none, which erases none."""
        found = self.orcids.get(id(paper))
        return _stored_orcids(paper) if found is None else found

    def store(self) -> list[int]:
        """Write it all; return the keys of the papers that are new."""
        new = [paper for paper in self.papers.values() if paper.pk is None]
        changed = [paper for paper in self.papers.values() if paper.pk is not None]
        _insert(new)
        _update(changed)
        _write_authors([(self.papers[key], names, self.orcids[key]) for key, names in self.authors.items()])
        _write_categories([(self.papers[key], slugs) for key, slugs in self.categories.items()])
        _write_belongings(self.belongings)
        _write_signals(self.belongings)
        return [paper.pk for paper in new]


def _stored_authors(paper: Paper) -> tuple[str, ...]:
    return tuple(authorship.author.name for authorship in paper.authorships.all()) if paper.pk else ()


def _stored_orcids(paper: Paper) -> dict[str, str]:
    return {authorship.author.name: authorship.orcid for authorship in paper.authorships.all() if authorship.orcid} if paper.pk else {}


def _joined(known: dict[str, str], told: dict[str, str]) -> dict[str, str]:
    """What is told last counts; an ORCID is one author's."""
    return {name: orcid for name, orcid in known.items() if orcid not in told.values()} | told


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


def _write_authors(written: list[tuple[Paper, tuple[str, ...], dict[str, str]]]) -> None:
    authors = _authors({name for _, names, _orcids in written for name in names})
    Authorship.objects.filter(paper__in=[paper.pk for paper, _, _orcids in written]).delete()
    Authorship.objects.bulk_create(
        Authorship(paper=paper, author=authors[name], position=position, orcid=orcids.get(name, ""))
        for paper, names, orcids in written
        for position, name in enumerate(names)
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
