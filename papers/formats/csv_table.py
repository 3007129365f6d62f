"""CSV with a header: written so that it comes back as it was, and read from any program that names its columns."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from papers import identity
from papers.formats.html_notes import note_of
from papers.formats.names import in_order
from papers.formats.parting import joined, parted
from papers.formats.rejection import Entry, Rejection, entries_of, named
from papers.record import PaperRecord

COLUMNS = ("citation_key", "title", "authors", "published", "arxiv_id", "doi", "url", "categories", "journal", "tags", "note", "abstract")
# What other programs call them: Zotero, Mendeley, linkding, spreadsheets made by hand.
MEANT: dict[str, tuple[str, ...]] = {
    "cite_key": ("citation_key", "citation key", "citekey"),
    "title": ("title", "name"),
    "authors": ("authors", "author"),
    "published": ("published", "date", "year", "publication year"),
    "arxiv_id": ("arxiv_id", "arxiv id", "arxiv"),
    "doi": ("doi",),
    "url": ("url", "link", "href", "address"),
    "categories": ("categories",),
    "journal": ("journal", "publication title", "venue"),
    "tags": ("tags", "manual tags", "keywords", "labels"),
    "note": ("note", "notes", "description", "comment"),
    "abstract": ("abstract", "abstract note"),
}
FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would compute
MARKED = re.compile(r"'+[=+\-@\t\r]")


def write_rows(records: Iterable[PaperRecord]) -> Iterator[str]:
    """Yield a header and one row per paper; an apostrophe keeps spreadsheets from computing what looks like a formula."""
    yield _line(COLUMNS)
    for record in records:
        yield _line([f"'{cell}" if FORMULA.match(cell) else cell for cell in _cells(record)])


def has_header(line: str) -> bool:
    """Tell a table's first line: two names or more that we know, one of which says which paper it is."""
    names = _header(line)[0]
    return len(names) > 1 and bool(set(names.values()) & {"title", "doi", "arxiv_id", "url"}) and len(set(names.values())) > 1


def read_rows(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield what each row says: a record where it has authors, else an id to look up where it has one."""
    rest = iter(lines)
    names, sign = _header(next(rest, "").removeprefix("\ufeff"))
    rows = csv.reader(rest, delimiter=sign)
    line = 1
    while True:
        begun = line + 1
        try:
            row = next(rows, None)
        except csv.Error as problem:
            line = rows.line_num + 1
            yield Rejection(f"line {begun}", "row", f"cannot be read: {problem}")
            continue
        if row is None:
            return
        line = rows.line_num + 1
        if any(cell.strip() for cell in row):
            yield from _entries(f"line {begun}", {name: _unmarked(row[place]) for place, name in names.items() if place < len(row)})


def _header(line: str) -> tuple[dict[int, str], str]:
    """Which column means what, of two alike the first; and the sign between columns."""
    sign = max(",;\t", key=line.count)
    try:
        cells = [cell.strip().lower() for cell in next(csv.reader([line.strip("\r\n")], delimiter=sign), [])]
    except csv.Error:
        cells = []
    names: dict[int, str] = {}
    for name, words in MEANT.items():
        if place := next((cells.index(word) + 1 for word in words if word in cells), 0):
            names[place - 1] = name
    return names, sign


def _unmarked(cell: str) -> str:
    return cell[1:] if MARKED.match(cell) else cell


def _entries(place: str, row: dict[str, str]) -> Iterator[Entry]:
    tags = _tags(row.get("tags", ""))
    identifier = next(filter(None, map(identity.any_id, (row.get("arxiv_id", ""), row.get("doi", ""), row.get("url", "")))), "")
    is_told = "cite_key" in row or row.get("authors", "").strip() or row.get("abstract", "").strip()
    if identifier and not is_told:  # a title of a bookmark is that of a page
        yield from named(place, identifier, note=note_of(row.get("note", "")), tags=tuple(tags))
    else:
        yield from entries_of(place, partial(_raw, row, tags))


def _raw(row: dict[str, str], tags: list[str]) -> dict[str, Any]:
    url, published = row.get("url", "").strip(), row.get("published", "").strip()
    return {
        "title": row.get("title"),
        "abstract": row.get("abstract"),
        "authors": [in_order(name) if name.count(",") == 1 else name for name in parted(row.get("authors", ""))],
        "arxiv_id": row.get("arxiv_id") or identity.arxiv_id(url),
        "doi": row.get("doi"),
        "url": url if url.startswith(("http://", "https://")) else "",
        "categories": parted(row.get("categories", "")),
        "journal_ref": row.get("journal"),
        "published": f"{published}-01-01"[:10] if re.fullmatch(r"\d{4}(-\d{2})?", published) else published,
        "note": row.get("note", "") if "cite_key" in row else note_of(row.get("note", "")),
        "tags": tags,
        "cite_key": row.get("cite_key", "").strip(),
    }


def _tags(cell: str) -> list[str]:
    """Between semicolons, or else between commas, as others write them."""
    return parted(cell) if ";" in cell or "\\" in cell else [tag.strip() for tag in cell.split(",") if tag.strip()]


def _cells(record: PaperRecord) -> list[str]:
    return [
        record.cite_key,
        record.title,
        joined(record.authors),
        record.published.isoformat() if record.published else "",
        record.arxiv_id,
        record.doi,
        record.url,
        joined(record.categories),
        record.journal_ref,
        joined(record.tags) + (";" if len(record.tags) == 1 and "," in record.tags[0] else ""),
        record.note,
        record.abstract,
    ]


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
