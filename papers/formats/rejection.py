"""What became of one entry of a file: a record, an id to look up, or the reason why it was not taken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from papers.record import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS, PaperRecord, RecordError, tidy_note


@dataclass(frozen=True)
class Rejection:
    """An entry, or a part of one, that was not taken.

    Attributes:
        place: where it is in the file, such as "line 3" or "line 7, entry vaswani2017attention".
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
        note, tags: what a reader wrote beside it.
    """

    place: str
    identifier: str
    note: str = ""
    tags: tuple[str, ...] = ()


Entry = PaperRecord | Named | Rejection


def entries_of(place: str, raw: Callable[[], Mapping[str, Any]]) -> Iterator[PaperRecord | Rejection]:
    """Yield the record of a raw entry, or why it cannot be one; and what of its note and tags had to be cut off."""
    try:
        told, cuts = _bounded(place, raw())
        yield PaperRecord.from_mapping(told)
    except RecordError as error:
        yield Rejection(place, error.field_name, error.problem)
    else:
        yield from cuts


def named(place: str, identifier: str, *, note: str = "", tags: tuple[str, ...] = ()) -> Iterator[Named | Rejection]:
    """Yield an id with what stands beside it, and what of that had to be cut off."""
    told, cuts = _bounded(place, {"note": note, "tags": list(tags)})
    yield Named(place, identifier, tidy_note(told["note"]), tuple(dict.fromkeys(filter(None, map(_one_line, told["tags"])))))
    yield from cuts


def _bounded(place: str, raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Rejection]]:
    """A note or a tag that is too long must not keep its paper out."""
    cuts: list[Rejection] = []
    if not isinstance(raw, Mapping):
        return raw, cuts
    note, tags = raw.get("note"), raw.get("tags")
    if isinstance(note, str) and len(note) > LONGEST_NOTE:
        cuts.append(Rejection(place, "note", f"is {len(note):,} characters long; the first {LONGEST_NOTE:,} came in"))
        raw = {**raw, "note": note[:LONGEST_NOTE]}
    if isinstance(tags, list) and (len(tags) > MOST_TAGS or any(isinstance(tag, str) and len(tag) > LONGEST_TAG for tag in tags)):
        cuts.append(Rejection(place, "tags", f"at most {MOST_TAGS} of {LONGEST_TAG} characters came in"))
        raw = {**raw, "tags": [tag[:LONGEST_TAG] if isinstance(tag, str) else tag for tag in tags[:MOST_TAGS]]}
    return raw, cuts


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
