"""CSL-JSON: papers as citation processors and pandoc take them. One item a line, so that a long list is a stream."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from papers.formats.citation_keys import USUAL, citation_key, free_key
from papers.formats.names import is_group, parts
from papers.record import PaperRecord


def write_items(records: Iterable[PaperRecord], pattern: str = USUAL) -> Iterator[str]:
    """Yield a JSON list, item by item; their ids are their citation keys."""
    taken: set[str] = set()
    before = "[\n"
    for record in records:
        key = free_key(record.cite_key or citation_key(record, pattern), taken)
        taken.add(key.lower())
        yield before + json.dumps(csl_item(record, key), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if taken else "[]\n"


def csl_item(record: PaperRecord, key: str) -> dict[str, Any]:
    """Return a paper as an item; what is not known is left out."""
    item = {
        "id": key,
        "citation-key": key,
        "type": "article-journal" if record.journal_ref else "article",
        "title": record.title,
        "author": [_name(name) for name in record.authors],
        "issued": {"date-parts": [[record.published.year, record.published.month, record.published.day]]} if record.published else None,
        "container-title": record.journal_ref,
        "abstract": record.abstract,
        "DOI": record.doi,
        "URL": record.url or (f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else ""),
        **({"publisher": "arXiv", "number": f"arXiv:{record.arxiv_id}"} if record.arxiv_id else {}),
        "keyword": ", ".join(record.tags),
        "note": record.note,
        # A tag may hold a comma; the list as it is stands where the schema leaves room for anything.
        "custom": {"tags": list(record.tags)} if any("," in tag or ";" in tag for tag in record.tags) else None,
    }
    return {name: value for name, value in item.items() if value}


def _name(name: str) -> dict[str, str]:
    if is_group(name):
        return {"literal": name}
    given, family, suffix = parts(name)
    return {part: text for part, text in (("family", family), ("given", given), ("suffix", suffix)) if text}
