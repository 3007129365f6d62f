"""Which papers of the catalogue a batch of records may mean, and what the records change of them."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from papers.models import OtherName, Paper
from papers.record import PaperRecord

UNIQUE_IDENTIFIERS = ("arxiv_id", "doi", "key")
IDENTIFIERS = (*UNIQUE_IDENTIFIERS, "fingerprint")
REMARKS = ("comment", "journal_ref", "licence", "is_withdrawn", "is_retracted")
LONGEST_SLUG = 255  # what the column holds


class KnownPapers:
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
