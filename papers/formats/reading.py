"""Any file of papers, told by what is in it: JSON Lines, CSL-JSON, Better BibTeX JSON, BibTeX, RIS, Zotero RDF or a list of ids."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from papers.formats import id_list, json_lines, zotero_rdf
from papers.formats.bibtex import read_entries
from papers.formats.csl_json import read_items
from papers.formats.encoding import UTF_16, decode
from papers.formats.rejection import Entry, Rejection
from papers.formats.ris import read_references

LARGEST = 200 * 2**20  # bytes of a file that has to be read as a whole; those read by lines may be of any size
BY_LINES: dict[str, Callable[[Iterable[bytes]], Iterator[Entry]]] = {"jsonl": json_lines.read_lines, "ids": id_list.read_ids}
WHOLE: dict[str, Callable[[str], Iterator[Entry]]] = {
    "bibtex": read_entries,
    "ris": read_references,
    "csl": read_items,
    "rdf": zotero_rdf.read_items,
}
FORMATS = (*BY_LINES, *WHOLE)
BIBTEX, RIS = re.compile(r"^\s*@\s*\w+\s*[{(]", re.MULTILINE), re.compile(r"^\s*TY  ?-", re.MULTILINE)
RDF = re.compile(r"<(?:\w+:)?RDF\b")


def read(lines: Iterable[bytes], form: str = "") -> Iterator[Entry]:
    """Yield a record, an id or a rejection for every entry.

    Args:
        lines: of the file, as bytes.
        form: one of FORMATS; "" to tell it by the first lines.
    """
    lines = iter(lines)
    start: list[bytes] = []
    while not form:
        line = next(lines, None)
        start += [line] if line is not None else []
        form = _told(b"".join(start), is_all=line is None)
    if form in BY_LINES:
        yield from BY_LINES[form](chain(start, lines))
        return
    content = b"".join(chain(start, lines))
    if len(content) > LARGEST:
        yield Rejection("file", "size", f"is {len(content):,} bytes; {LARGEST:,} are allowed")
        return
    text, guessed = decode(content)
    if guessed:
        yield Rejection("file", "encoding", f"is not UTF-8; it was read as {guessed}, so look at letters with accents")
    yield from WHOLE[form](text)


def _told(start: bytes, *, is_all: bool) -> str:
    """The format of a file that begins so; "" where more has to be seen. What is nothing else is a list of ids, which names each line."""
    text = decode(start)[0].lstrip() if start.startswith(UTF_16) else start.decode("utf-8-sig", "replace").lstrip()
    for form, sign in (("ris", RIS), ("bibtex", BIBTEX), ("rdf", RDF)):
        if sign.search(text):
            return form
    if text.startswith("["):
        return "csl"
    if text.startswith("{"):
        return "jsonl" if text.rstrip().endswith("}") or is_all else ("csl" if "\n" in text else "")
    return "ids" if is_all or len(text) > 20_000 else ""
