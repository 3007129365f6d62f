"""Any file of papers, told by what is in it: BibTeX, RIS, CSL-JSON, Zotero's files, CSV, JSON Lines, bookmarks or a list of ids."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from papers.formats import id_list, json_lines, zotero_rdf
from papers.formats.bibtex import read_entries
from papers.formats.bookmarks import SIGN as BOOKMARKS
from papers.formats.bookmarks import read_bookmarks
from papers.formats.csl_json import read_items
from papers.formats.csv_table import has_header, read_rows
from papers.formats.encoding import UTF_16, Decoder, decode
from papers.formats.rejection import Entry, Rejection
from papers.formats.ris import read_references

LARGEST = 40 * 2**20  # bytes of a file that has to be read as a whole; those read piece by piece may be of any size
OF_BYTES: dict[str, Callable[[Iterable[bytes]], Iterator[Entry]]] = {"jsonl": json_lines.read_lines, "ids": id_list.read_ids}
OF_TEXT: dict[str, Callable[[Iterable[str]], Iterator[Entry]]] = {
    "bibtex": read_entries,
    "ris": read_references,
    "csl": read_items,
    "csv": read_rows,
    "bookmarks": read_bookmarks,
}
WHOLE: dict[str, Callable[[str], Iterator[Entry]]] = {"rdf": zotero_rdf.read_items}
FORMATS = (*OF_BYTES, *OF_TEXT, *WHOLE)
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
    whole = chain(start, lines)
    if form in OF_BYTES:
        yield from OF_BYTES[form](whole)
    elif form in OF_TEXT:
        yield from _of_text(form, whole)
    else:
        yield from _of_all(form, whole)


def _of_text(form: str, lines: Iterable[bytes]) -> Iterator[Entry]:
    decoder, is_told = Decoder(), False
    for entry in OF_TEXT[form](decoder.lines(lines)):
        if decoder.guessed and not is_told:
            is_told = True
            yield Rejection("file", "encoding", f"is not UTF-8; it was read as {decoder.guessed}, so look at letters with accents")
        yield entry


def _of_all(form: str, lines: Iterable[bytes]) -> Iterator[Entry]:
    held = bytearray()
    for line in lines:
        held += line
        if len(held) > LARGEST:
            yield Rejection("file", "size", f"is more than {LARGEST:,} bytes; export it as BibTeX or CSL-JSON, which may be larger")
            return
    yield from WHOLE[form](decode(bytes(held)))


def _told(start: bytes, *, is_all: bool) -> str:
    """The format of a file that begins so; "" where more has to be seen. What is nothing else is a list of ids, which names each line."""
    text = start.decode("utf-16", "replace") if start.startswith(UTF_16) else start.decode("utf-8-sig", "replace")
    text = text.lstrip()
    for form, sign in (("ris", RIS), ("bibtex", BIBTEX), ("rdf", RDF), ("bookmarks", BOOKMARKS)):
        if sign.search(text):
            return form
    if text.startswith("["):
        return "csl"
    if text.startswith("{"):
        return "jsonl" if text.rstrip().endswith("}") or is_all else ("csl" if "\n" in text else "")
    if "\n" in text and has_header(text.partition("\n")[0]):
        return "csv"
    return "ids" if is_all or len(text) > 20_000 else ""
