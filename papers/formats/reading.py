"""Any file of papers, told by what is in it: JSON Lines, CSL-JSON, Better BibTeX JSON, BibTeX or RIS."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from papers.formats import json_lines
from papers.formats.bibtex import read_entries
from papers.formats.csl_json import read_items
from papers.formats.rejection import Rejection
from papers.formats.ris import read_references
from papers.record import PaperRecord

LARGEST = 200 * 2**20  # bytes of a file that has to be read as a whole; JSON Lines may be of any size
WHOLE: dict[str, Callable[[str], Iterator[PaperRecord | Rejection]]] = {
    "bibtex": read_entries,
    "ris": read_references,
    "csl": read_items,
}
FORMATS = ("jsonl", *WHOLE)
BIBTEX, RIS = re.compile(r"^\s*@\s*\w+\s*[{(]", re.MULTILINE), re.compile(r"^\s*TY  ?-", re.MULTILINE)


def read(lines: Iterable[bytes], form: str = "") -> Iterator[PaperRecord | Rejection]:
    """Yield a record or a rejection for every entry.

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
    if form == "jsonl":
        yield from json_lines.read_lines(chain(start, lines))
        return
    content = b"".join(chain(start, lines))
    if len(content) > LARGEST:
        yield Rejection("file", "size", f"is {len(content):,} bytes; {LARGEST:,} are allowed")
        return
    try:
        yield from WHOLE[form](content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        yield Rejection("file", "encoding", f"is not UTF-8 at byte {problem.start + 1}; save it as UTF-8")


def _told(start: bytes, *, is_all: bool) -> str:
    """The format of a file that begins so; "" where more has to be seen. What is nothing else is JSON Lines, which names each line."""
    text = start.decode("utf-8-sig", "replace").lstrip()
    if RIS.search(text):
        return "ris"
    if BIBTEX.search(text):
        return "bibtex"
    if text.startswith("["):
        return "csl"
    if text.startswith("{"):
        return "jsonl" if text.rstrip().endswith("}") or is_all else ("csl" if "\n" in text else "")
    return "jsonl" if is_all or len(text) > 20_000 else ""
