"""CSL-JSON, and the JSON that Better BibTeX exports from Zotero: each item is taken or rejected on its own."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from papers import identity
from papers.formats.rejection import Rejection, taken
from papers.record import PaperRecord


def read_items(text: str) -> Iterator[PaperRecord | Rejection]:
    """Yield a record or a rejection for every item of a list, or of the `items` of an object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        yield Rejection("file", "JSON", f"cannot be read: {problem}"[:300])
        return
    items = found.get("items") if isinstance(found, dict) else found
    for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
        if not isinstance(item, dict):
            yield Rejection(f"item {number}", "item", "is no object")
        elif item.get("itemType") not in {"attachment", "note", "annotation"}:
            name = item.get("id") or item.get("citationKey") or item.get("itemID") or number
            yield taken(f"item {str(name)[:100]}", partial(_zotero if "itemType" in item else _csl, item))


def day(parts: Any) -> str | None:
    """Return year, month and day of the month as one day; the last two may be missing, anything else is none."""
    try:
        numbers = [int(part) for part in parts[:3]]
        year, month, day = (*numbers, 1, 1, 1)[:3] if numbers else (0, 0, 0)
    except (TypeError, ValueError):
        return None
    return f"{year:04}-{month:02}-{day:02}" if year else None


def _csl(item: dict[str, Any]) -> dict[str, Any]:
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    return _common(item.get("DOI"), item.get("URL"), item.get("archive_location") or item.get("number")) | {
        "title": item.get("title"),
        "abstract": item.get("abstract"),
        "authors": [_name(each, "given", "family", "literal") for each in _list(item.get("author"))],
        "journal_ref": item.get("container-title"),
        "published": day(parts[0] if isinstance(parts, list) and parts else None),
    }


def _zotero(item: dict[str, Any]) -> dict[str, Any]:
    return _common(item.get("DOI"), item.get("url"), item.get("archiveID") or item.get("extra")) | {
        "title": item.get("title"),
        "abstract": item.get("abstractNote"),
        "authors": [_name(each, "firstName", "lastName", "name") for each in _list(item.get("creators")) if _is_author(each)],
        "journal_ref": item.get("publicationTitle") or item.get("proceedingsTitle"),
        "published": day(str(item.get("date") or "").split("-")),
    }


def _common(doi: Any, url: Any, elsewhere: Any) -> dict[str, Any]:
    """Ids where reference managers put them: in the DOI, the address, the archive's place or the extra field."""
    texts = [text for text in (doi, url, *str(elsewhere or "").split()) if isinstance(text, str)]
    return {
        "arxiv_id": next((found for found in map(identity.arxiv_id, texts) if found), ""),
        "doi": doi if isinstance(doi, str) else "",
        "url": url if isinstance(url, str) and url.startswith(("http://", "https://")) else "",
    }


def _is_author(creator: Any) -> bool:
    return isinstance(creator, dict) and creator.get("creatorType", "author") == "author"


def _name(person: Any, *parts: str) -> str:
    return " ".join(person[part] for part in parts if isinstance(person.get(part), str)) if isinstance(person, dict) else ""


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
