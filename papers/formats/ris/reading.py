"""RIS, as reference managers exchange it: each reference is taken or rejected on its own, in flat memory."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from papers import identity
from papers.formats.html_notes import note_of
from papers.formats.names import in_order
from papers.formats.rejection import Entry, Rejection, entries_of

FIELD = re.compile(r"([A-Z][A-Z0-9])  ?-(?: ?(.*))?$", re.DOTALL)
DAY = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?")
WORD_JOINER = "\u2060"
HIDDEN = re.compile(rf"^{WORD_JOINER}(?={WORD_JOINER}*(?:[A-Z][A-Z0-9]  ?-|<))")
LONGEST = 2_000_000  # characters of one reference
Fields = dict[str, list[str]]


def read_references(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield a record or a rejection for every reference, named by the line on which it begins."""
    for line, fields, problem in _references(lines):
        place = f"line {line}"
        if problem:
            yield Rejection(place, "reference", problem)
        else:
            yield from entries_of(place, partial(_raw, fields))


def _references(lines: Iterable[str]) -> Iterator[tuple[int, Fields, str]]:
    """Yield where each reference begins, its fields, and why it cannot be taken, or ""."""
    open_one: _Reference | None = None
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        found = FIELD.match(text)
        tag = found[1] if found else ""
        if open_one and tag in {"TY", "ER"}:
            yield open_one.ended()
            open_one = None
        if tag == "TY":
            open_one = _Reference(number)
        elif open_one:
            open_one.take(tag, (found[2] or "") if found else text)
    if open_one:
        yield open_one.ended()


class _Reference:
    def __init__(self, line: int) -> None:
        self.line, self.size, self.last = line, 0, ""
        self.fields: Fields = {}

    def take(self, tag: str, text: str) -> None:
        """Add a field or, without a tag, a line that goes on with the last one. What is too long is counted and not kept."""
        self.size += len(text)
        if self.size > LONGEST:
            self.fields = {}
        elif tag:
            self.last = tag
            self.fields.setdefault(tag, []).append(text)
        elif self.last in self.fields:
            self.fields[self.last][-1] += "\n" + text

    def ended(self) -> tuple[int, Fields, str]:
        return self.line, self.fields, f"is longer than {LONGEST:,} characters" if self.size > LONGEST else ""


def _raw(fields: Fields) -> dict[str, Any]:
    def first(*tags: str) -> str:
        return next((" ".join(value.split()) for tag in tags for value in fields.get(tag, []) if value.strip()), "")

    addresses = [" ".join(value.split()) for tag in ("UR", "L2", "LK") for value in fields.get(tag, [])]
    names = [first("DO"), *addresses]
    return {
        "title": first("TI", "T1", "CT", "BT", "TT"),
        "abstract": "\n".join(fields.get("AB") or fields.get("N2") or []),
        "authors": [in_order(" ".join(name.split())) for name in fields.get("AU") or fields.get("A1") or []],
        "arxiv_id": next((found for found in map(identity.arxiv_id, names) if found), ""),
        "doi": next((found for found in map(identity.doi, names) if found), ""),
        "url": next((url for url in addresses if url.startswith(("http://", "https://"))), ""),
        "journal_ref": first("JO", "JF", "T2", "JA", "J2"),
        "published": _day(first("DA") or first("PY", "Y1")) or _day(first("PY", "Y1")),
        "note": "\n\n".join(filter(None, (_note(note) for tag in ("N1", "RN") for note in fields.get(tag, [])))),
        "tags": [" ".join(tag.split()) for value in fields.get("KW", []) for tag in value.split("\n")],
        "cite_key": first("ID", "LB"),
    }


def _note(note: str) -> str:
    """A note, with those lines as they were that would have looked like fields or like HTML."""
    lines = note_of(note).split("\n")
    return "\n".join(HIDDEN.sub("", line) for line in lines).strip("\n")


def _day(text: str) -> str | None:
    match = DAY.match(text)
    return f"{match[1]}-{int(match[2] or 1):02}-{int(match[3] or 1):02}" if match else None
