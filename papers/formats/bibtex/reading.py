"""BibTeX as reference managers write it, and as people do: each entry is taken or rejected on its own, in flat memory."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from papers import identity
from papers.formats.bibtex.blocks import Block, Broken, blocks, fields_of
from papers.formats.bibtex.latex import read_text_field
from papers.formats.bibtex.prose import plain
from papers.formats.names import in_order
from papers.formats.rejection import Entry, Rejection, entries_of

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NO_ENTRIES = {"comment", "preamble", "string"}
AND, ARXIV_INSIDE = (
    re.compile(r"\s+and\s+"),
    re.compile(r"(?:arxiv:\s*|\babs/)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE),
)
NOTES = ("annote", "annotation", "review", "comment")  # BibTeX, BibLaTeX, JabRef; `note` is printed, so it is none
TAGS = ("keywords", "mendeley-tags", "groups", "tags")
INHERITED = {"title": "booktitle", "booktitle": "booktitle", "year": "year", "date": "date", "month": "month"}
MOST_HELD, MOST_MACROS, LONGEST_INHERITED = 10_000, 10_000, 500


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield a record or a rejection for every entry; LaTeX's accents become letters, mathematics stays as it is.

    An entry with `crossref` waits until the one that it names has come, at most to the end of the file.
    """
    library = _Library()
    for block in blocks(lines):
        yield from library.take(block)
    yield from library.rest()


class _Library:
    """What later entries need of earlier ones: macros, what parents pass on, and children whose parents have not come."""

    def __init__(self) -> None:
        self.macros = dict(zip(MONTHS, MONTHS, strict=True))
        self.parents: dict[str, dict[str, str]] = {}
        self.waiting: list[tuple[str, dict[str, str], str]] = []

    def take(self, block: Block) -> Iterator[Entry]:
        key, comma, text = block.text.partition(",")
        key = key.strip()
        place = f"line {block.line}" + (f", entry {key[:100]}" if comma and key and "=" not in key and len(key) <= 100 else "")
        try:
            if block.problem and block.kind not in {"comment", "preamble"}:
                raise Broken(block.problem)
            if block.kind == "string":
                self._define(block.text)
            if block.kind not in NO_ENTRIES:
                yield from self._entry(key, place, fields_of(text, self.macros))
        except Broken as problem:
            yield Rejection(place, "entry", str(problem))

    def rest(self) -> Iterator[Entry]:
        """Children whose parents never came have what they say themselves."""
        for place, fields, parent in self.waiting:
            yield from _entries(place, self.parents.get(parent, {}) | fields)

    def _define(self, text: str) -> None:
        if len(self.macros) < MOST_MACROS:
            self.macros = fields_of(text, self.macros) | self.macros

    def _entry(self, key: str, place: str, fields: dict[str, str]) -> Iterator[Entry]:
        fields["key"] = key
        if len(self.parents) < MOST_HELD:
            passed = {INHERITED[name]: fields[name][:LONGEST_INHERITED] for name in INHERITED if name in fields}
            self.parents[key.lower()] = passed
        parent = fields.get("crossref", "").strip().lower()
        if parent and parent not in self.parents and len(self.waiting) < MOST_HELD:
            self.waiting.append((place, fields, parent))
        else:
            yield from _entries(place, self.parents.get(parent, {}) | fields)


def _entries(place: str, fields: dict[str, str]) -> Iterator[Entry]:
    yield from entries_of(place, partial(_raw, fields))


def _raw(fields: dict[str, str]) -> dict[str, Any]:
    def text(*names: str) -> str:
        return next((plain(fields[name]) for name in names if fields.get(name, "").strip()), "")

    return {
        "title": text("title"),
        "abstract": _text(fields.get("abstract", "")),
        "authors": [_name(name) for name in _split(fields.get("author", ""), AND) if name.strip().lower() != "others"],
        "arxiv_id": _arxiv_id(fields),
        "doi": _bare(fields.get("doi", "")),
        "url": _address(fields),
        "categories": [fields["primaryclass"]] if fields.get("primaryclass") else [],
        "journal_ref": text("journal", "journaltitle", "booktitle"),
        "published": _day(text("date", "year"), text("month")),
        "note": "\n\n".join(filter(None, (_text(fields.get(name, "")) for name in NOTES))),
        "tags": list(dict.fromkeys(filter(None, (_tag(tag) for name in TAGS for tag in _split(fields.get(name, ""), re.compile("[,;]")))))),
        "cite_key": fields["key"],
    }


def _arxiv_id(fields: dict[str, str]) -> str:
    """Where the many dialects put it; an `eprint` that says it is arXiv's must be one."""
    is_arxiv = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip("{} ").lower() == "arxiv"
    if is_arxiv and fields.get("eprint"):
        return _bare(fields["eprint"])
    spelled = (identity.arxiv_id(_bare(fields.get(name, ""))) for name in ("arxivid", "eprint", "url", "doi"))
    inside = (ARXIV_INSIDE.search(fields.get(name, "")) for name in ("journal", "volume", "howpublished", "note"))
    return next(filter(None, spelled), "") or next((identity.arxiv_id(found[1]) for found in inside if found), "")


def _address(fields: dict[str, str]) -> str:
    url = _bare(fields.get("url", "")) or re.sub(r".*\\url\s*\{([^}]*)\}.*", r"\1", fields.get("howpublished", ""), flags=re.DOTALL)
    return url if url.startswith(("http://", "https://")) else ""


def _bare(text: str) -> str:
    """An id or an address as it stands, without braces around it and without LaTeX's backslashes before its signs."""
    return re.sub(r"\\([_%&#~$])", r"\1", text.strip().strip("{}").strip())


def _text(field: str) -> str:
    """A text of several lines: exactly what we wrote, or LaTeX line by line."""
    if (ours := read_text_field(field)) is not None:
        return ours
    return "\n".join(plain(line) for line in field.split("\n"))


def _tag(tag: str) -> str:
    bare = tag.strip()
    bare = bare[1:-1] if bare.startswith("{") and bare.endswith("}") else bare
    ours = read_text_field(bare)
    return plain(bare) if ours is None else ours


def _split(text: str, at: re.Pattern[str]) -> list[str]:
    """Split a text where it is not in braces."""
    if "{" not in text:
        return at.split(text) if text.strip() else []
    parts, depth, last = [], 0, 0
    for found in re.finditer(rf"[{{}}]|{at.pattern}", text):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0:
            parts.append(text[last : found.start()])
            last = found.end()
    return [*parts, text[last:]]


def _name(name: str) -> str:
    """Return "Ashish Vaswani" for "Vaswani, Ashish", and a braced name of a group as it is."""
    text = plain(name)
    if name.strip().startswith("{") and name.strip().endswith("}"):
        return text
    parts = [part.strip() for part in text.split(",")]
    return f"{parts[2]} {parts[0]}, {parts[1]}" if len(parts) == 3 else in_order(text)


def _day(date: str, month: str) -> str | None:
    """`date` as BibLaTeX has it, or year and month; a month may be a number, a name or its first three letters."""
    date, month = date.strip(), month.strip().lower()
    if date.isdecimal() and len(date) == 4:
        number = MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else int(month) if month in map(str, range(1, 13)) else 1
        return f"{date}-{number:02}-01"
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", date)
    return f"{found[1]}-{found[2]}-{found[3] or '01'}" if found else None
