"""JSON Lines, our own and arXiv's snapshot: one paper a line, each written, taken or rejected on its own."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from papers.formats import arxiv_snapshot
from papers.formats.rejection import Rejection, entries_of
from papers.record import PaperRecord, RecordError

LONGEST_LINE = 2_000_000  # bytes; longer ones are not papers
WRITTEN = ("arxiv_id", "doi", "key", "title", "authors", "categories", "url", "journal_ref", "comment", "licence", "abstract")
OF_THE_LIST = ("cite_key", "tags", "note")


def write_lines(records: Iterable[PaperRecord]) -> Iterator[str]:
    """Yield one object a line; what is not known is left out."""
    for record in records:
        fields = {name: getattr(record, name) for name in (*WRITTEN, *OF_THE_LIST)}
        fields["published"] = record.published.isoformat() if record.published else ""
        yield json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False) + "\n"


def read_lines(lines: Iterable[bytes]) -> Iterator[PaperRecord | Rejection]:
    """Yield a record or a rejection for every line that is not blank.

    Args:
        lines: the file's lines as bytes, UTF-8 with or without a byte-order mark.
    """
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                found = _parse(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
                is_arxivs = isinstance(found, dict) and arxiv_snapshot.MARK in found
                told = arxiv_snapshot.raw(found) if is_arxivs else found
                yield from entries_of(f"line {number}", lambda told=told: told)  # type: ignore[misc]
        except RecordError as error:
            yield Rejection(f"line {number}", error.field_name, error.problem)


def _parse(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        raise RecordError("line", f"is {len(line):,} bytes long; {LONGEST_LINE:,} are allowed")
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise RecordError("line", f"is not UTF-8 at byte {problem.start + 1}") from problem
    except json.JSONDecodeError as problem:
        raise RecordError("line", f"is not JSON: {problem.msg} at column {problem.colno}") from problem
    except (RecursionError, ValueError) as problem:
        raise RecordError("line", "is not JSON that can be read: nested too deeply or with too long a number") from problem
