"""What every source is: a way to walk through what is new, page by page, and for some to look one paper up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from papers.record import PaperRecord, RecordError
from papers.sources.web import Web

Cursor = dict[str, Any]


class SourceError(Exception):
    """What a source answered makes no sense; says what was expected. Nothing of that page was taken."""


@dataclass(frozen=True)
class Refusal:
    """A record that was not taken: its name in the source, and why."""

    name: str
    problem: str

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}"


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one request brought.

    Attributes:
        cursor: where to go on after this page; stored together with its papers.
        is_last: whether the walk ends here.
    """

    records: list[PaperRecord] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    cursor: Cursor = field(default_factory=dict)
    is_last: bool


class Harvestable(Protocol):
    """A source that can be walked through.

    Args of the maker:
        web: how it asks.
        wanted: what of it is wanted, as its administrator wrote it.
        address: where it is, or "" for its usual address.
    """

    def __init__(self, *, web: Web, wanted: str, address: str) -> None: ...

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        """Yield pages from a cursor on ({}: from the beginning). The last page's cursor begins the next run.

        Raises:
            Later: it wants to be asked again only after some time.
            SourceError: it answered nonsense.
        """


def in_order(name: str) -> str:
    """Return "Ashish Vaswani" for "Vaswani, Ashish"."""
    last, comma, rest = name.strip().partition(",")
    return f"{rest.strip()} {last}".strip() if comma else last


def read_all(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[list[PaperRecord], list[Refusal]]:
    """Check raw records one by one; a broken one is refused and the rest goes on."""
    records, refusals = [], []
    for name, raw in entries:
        try:
            records.append(PaperRecord.from_mapping(raw))
        except RecordError as error:
            refusals.append(Refusal(name, str(error)))
    return records, refusals
