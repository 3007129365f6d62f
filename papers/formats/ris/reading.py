"""RIS, as reference managers exchange it, read by rispy: each reference is taken or rejected on its own."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import rispy

from papers import identity
from papers.formats.names import in_order
from papers.formats.rejection import Rejection, taken
from papers.record import PaperRecord

REFERENCE = re.compile(r"^TY  ?- ?.*?(?=^TY  ?- |\Z)", re.MULTILINE | re.DOTALL)
DAY = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?")


def read_references(text: str) -> Iterator[PaperRecord | Rejection]:
    """Yield a record or a rejection for every reference, counted from 1."""
    for number, found in enumerate(REFERENCE.finditer(text), start=1):
        place = f"reference {number}"
        try:
            [reference] = rispy.loads(found[0] if "\nER  -" in found[0] else f"{found[0].rstrip()}\nER  - \n")
        except (ValueError, OSError, KeyError, IndexError) as problem:
            yield Rejection(place, "reference", f"cannot be read: {problem}"[:300])
        else:
            yield taken(place, partial(_raw, reference))


def _raw(reference: dict[str, Any]) -> dict[str, Any]:
    urls = [url for url in reference.get("urls", []) if isinstance(url, str)]
    names = [str(reference.get("doi") or ""), *urls]
    authors = reference.get("authors") or reference.get("first_authors") or []
    return {
        "title": reference.get("title") or reference.get("primary_title") or reference.get("translated_title"),
        "abstract": reference.get("abstract") or reference.get("notes_abstract"),
        "authors": [in_order(name) for name in authors],
        "arxiv_id": next((found for found in map(identity.arxiv_id, names) if found), ""),
        "doi": next((found for found in map(identity.doi, names) if found), ""),
        "url": next((url for url in urls if url.startswith(("http://", "https://"))), ""),
        "journal_ref": reference.get("journal_name") or reference.get("secondary_title") or reference.get("alternate_title3"),
        "published": _day(str(reference.get("date") or reference.get("year") or reference.get("publication_year") or "")),
    }


def _day(text: str) -> str | None:
    match = DAY.match(text)
    return f"{match[1]}-{int(match[2] or 1):02}-{int(match[3] or 1):02}" if match else None
