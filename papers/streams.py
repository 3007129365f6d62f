"""Papers as records, streamed: one query and a server-side cursor for any number of them, and no model objects."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, Max, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower

from papers.models import Authorship, CitationKey, ItemTag, ListItem, PaperCategory, ReadingList
from papers.models.paper import PaperQuerySet
from papers.record import PaperRecord

CHUNK = 500  # rows in memory at a time
COLUMNS = ("title", "abstract", "arxiv_id", "doi", "key", "published_on", "url", "comment", "journal_ref", "licence")
LAST_WORD = r"lower(regexp_replace(%(expressions)s, '^.*\s', ''))"
FORMATS_VERSION = 1  # another number makes every file that somebody has kept an old one


def list_records(reading_list: ReadingList, *, by_author: bool = False) -> Iterator[PaperRecord]:
    """Stream the papers of a list with their notes, tags and citation keys.

    Args:
        by_author: by the first author's last name and the year, as some bibliographies go, instead of in the list's order.
    """
    items = ListItem.objects.filter(reading_list=reading_list)
    return item_records(items.order_by("position", "pk"), by_author=by_author)


def item_records(items: "QuerySet[ListItem]", *, by_author: bool = False) -> Iterator[PaperRecord]:
    """Stream the papers of items in their order, or by author, with the items' notes, tags and citation keys."""
    ordered = items.order_by(*_by_author("paper__"), "pk") if by_author else items
    return (record_of(row) for row in rows_with_papers(ordered, "note", tag_names=tags_of_items(), cite_key=_cite_key()))


def nameless_records(reading_list: ReadingList) -> Iterator[tuple[int, PaperRecord]]:
    """Stream the papers of a list that have no citation key there yet, in its order, with their keys in the database."""
    named = CitationKey.objects.filter(reading_list=reading_list).values("paper")
    items = ListItem.objects.filter(reading_list=reading_list).exclude(paper__in=named)
    return ((row["paper"], record_of(row)) for row in rows_with_papers(items.order_by("position", "pk"), "paper"))


def paper_records(papers: PaperQuerySet, keys: Sequence[int], *, by_author: bool = False) -> Iterator[PaperRecord]:
    """Stream papers by their keys, in the order of the keys or by author."""
    place = Func(Value(list(keys), output_field=ArrayField(BigIntegerField())), F("pk"), function="array_position")
    chosen = papers.filter(pk__in=keys).order_by(*(_by_author("") if by_author else [place]), "pk")
    return (record_of(row) for row in rows_with_papers(chosen, path=""))


def rows_with_papers(rows: QuerySet[Any], *columns: str, path: str = "paper__", **more: Combinable) -> Iterator[dict[str, Any]]:
    """Stream rows with what a record of their papers needs, in one query: thousands of model objects would take most of the time.

    Args:
        columns: of the rows themselves, to be had beside those of the papers.
        path: from a row to its paper, "" for papers.
        more: other values by name.
    """
    paper = OuterRef(path.removesuffix("__") or "pk")
    authors = Authorship.objects.filter(paper=paper).order_by("position").values("author__name")
    subjects = PaperCategory.objects.filter(paper=paper).order_by("-is_primary", "category__slug").values("category__slug")
    told = {f"paper_{name}": F(path + name) for name in COLUMNS}
    values = rows.values(*columns, **told, **more, paper_authors=ArraySubquery(authors), paper_subjects=ArraySubquery(subjects))
    return values.iterator(CHUNK)


def record_of(row: dict[str, Any]) -> PaperRecord:
    texts: dict[str, Any] = {name: row[f"paper_{name}"] or "" for name in COLUMNS if name != "published_on"}
    return PaperRecord(
        **texts,
        published=row["paper_published_on"],
        authors=tuple(row["paper_authors"]),
        categories=tuple(row["paper_subjects"]),
        note=row.get("note", ""),
        tags=tuple(row.get("tag_names", ())),
        cite_key=row.get("cite_key", ""),
    )


def state_of(reading_list: ReadingList, *what: str) -> tuple[str, datetime]:
    """Return an ETag for a file of a list, and when the list or a paper in it last changed: one query, whatever the length.

    Args:
        what: else decides on the file's content, such as its form.
    """
    papers = ListItem.objects.filter(reading_list=reading_list).aggregate(at=Max("paper__updated_at"))["at"]
    changed_at = max(filter(None, (reading_list.updated_at, papers)))
    facts = (reading_list.pk, reading_list.updated_at, papers, reading_list.item_count, FORMATS_VERSION, *what)
    return f'"{sha256(repr(facts).encode()).hexdigest()[:32]}"', changed_at


def tags_of_items() -> Combinable:
    """The tags of each of some items, in the order of their names."""
    return ArraySubquery(ItemTag.objects.filter(item=OuterRef("pk")).order_by(Lower("tag__name"), "tag").values("tag__name"))


def _cite_key() -> Combinable:
    keys = CitationKey.objects.filter(reading_list=OuterRef("reading_list"), paper=OuterRef("paper")).values("key")
    return Coalesce(Subquery(keys), Value(""))


def _by_author(path: str) -> list[Combinable]:
    first = Authorship.objects.filter(paper=OuterRef(path.removesuffix("__") or "pk")).order_by("position").values("author__name")[:1]
    last_name = Func(Subquery(first), template=LAST_WORD, output_field=TextField())
    return [last_name.asc(nulls_last=True), F(path + "published_on").asc(nulls_last=True)]
