"""What became of one entry of a file: a record, an id to look up, or the reason why it was not taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from papers.record import PaperRecord, RecordError


@dataclass(frozen=True)
class Rejection:
    """An entry that was not taken.

    Attributes:
        place: where it is in the file, such as "line 3" or "entry vaswani2017attention".
        field: the field at fault, or what the whole of it is called.
    """

    place: str
    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.problem}"


@dataclass(frozen=True)
class Named:
    """An entry that says which paper is meant, and nothing about it.

    Attributes:
        place: where it is in the file, as in a rejection.
        identifier: a base arXiv id or a DOI.
    """

    place: str
    identifier: str


Entry = PaperRecord | Named | Rejection


def taken(place: str, raw: Callable[[], Mapping[str, Any]]) -> PaperRecord | Rejection:
    """Return the record of a raw entry, or why it cannot be one."""
    try:
        return PaperRecord.from_mapping(raw())
    except RecordError as error:
        return Rejection(place, error.field_name, error.problem)
