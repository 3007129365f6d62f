"""CSV with a header: written so that it comes back as it was, and read from any program that names its columns."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from papers.formats.parting import joined
from papers.record import PaperRecord

COLUMNS = ("key", "title", "authors", "published", "arxiv_id", "doi", "url", "categories", "journal", "tags", "note", "abstract")
FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet would compute


def write_rows(records: Iterable[PaperRecord]) -> Iterator[str]:
    """Yield a header and one row per paper; an apostrophe keeps spreadsheets from computing what looks like a formula."""
    yield _line(COLUMNS)
    for record in records:
        yield _line([f"'{cell}" if FORMULA.match(cell) else cell for cell in _cells(record)])


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
        joined(record.tags),
        record.note,
        record.abstract,
    ]


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
