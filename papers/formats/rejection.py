"""What became of one entry of a file: a record, or the reason why not."""

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


def taken(place: str, raw: Callable[[], Mapping[str, Any]]) -> PaperRecord | Rejection:
    """Return the record of a raw entry, or why it cannot be one."""
    try:
        return PaperRecord.from_mapping(raw())
    except RecordError as error:
        return Rejection(place, error.field_name, error.problem)
