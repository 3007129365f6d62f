"""RIS: one field a line, the lines of a note as lines that go on."""

import re
from collections.abc import Iterable, Iterator

from papers.formats.names import family_first
from papers.record import PaperRecord

WORD_JOINER = "\u2060"  # invisible; before a line of a note that would look like a field
LIKE_A_FIELD = re.compile(rf"^(?={WORD_JOINER}*(?:[A-Z][A-Z0-9]  ?-|<))", re.MULTILINE)  # or like a note in HTML


def write_references(records: Iterable[PaperRecord]) -> Iterator[str]:
    """Yield one reference per paper."""
    for record in records:
        lines = [f"{tag}  - {value}\r\n" for tag, value in _fields(record) if value]
        yield "".join([*lines, "ER  - \r\n\r\n"])


def _fields(record: PaperRecord) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if record.journal_ref else "UNPB"
    yield "ID", record.cite_key
    yield "TI", record.title
    yield from (("AU", family_first(name)) for name in record.authors)
    yield "PY", str(record.published.year) if record.published else ""
    yield "DA", record.published.strftime("%Y/%m/%d") if record.published else ""
    yield "JO", record.journal_ref
    yield "DO", record.doi
    yield "UR", f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else ""
    yield "UR", record.url
    yield "AB", record.abstract
    yield from (("KW", tag) for tag in record.tags)
    yield "N1", LIKE_A_FIELD.sub(WORD_JOINER, record.note).replace("\n", "\r\n")
