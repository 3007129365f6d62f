"""CSL-JSON, and the JSON that Better BibTeX exports from Zotero: each item is taken or rejected on its own."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from papers import identity
from papers.formats.csl_json.items import items_of
from papers.formats.html_notes import note_of
from papers.formats.rejection import Entry, Rejection, entries_of


def read_items(texts: Iterable[str]) -> Iterator[Entry]:
    """Yield a record or a rejection for every item of a list, or of the `items` of an object.

    Args:
        texts: a file in any pieces.
    """
    for found in items_of(texts):
        item, place = found.value, f"line {found.line}"
        if found.problem:
            yield Rejection(place, "JSON", found.problem)
        elif not isinstance(item, dict):
            yield Rejection(place, "item", "is no object")
        elif item.get("itemType") not in {"attachment", "note", "annotation"}:
            name = item.get("citation-key") or item.get("id") or item.get("citationKey") or item.get("itemID")
            place += f", item {str(name)[:100]}" if name else ""
            yield from entries_of(place, partial(_zotero if "itemType" in item else _csl, item))


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
        "note": item["note"] if isinstance(item.get("note"), str) else "",
        "tags": _tags(item),
        "cite_key": item.get("citation-key"),
    }


def _zotero(item: dict[str, Any]) -> dict[str, Any]:
    return _common(item.get("DOI"), item.get("url"), item.get("archiveID") or item.get("extra")) | {
        "title": item.get("title"),
        "abstract": item.get("abstractNote"),
        "authors": [_name(each, "firstName", "lastName", "name") for each in _list(item.get("creators")) if _is_author(each)],
        "journal_ref": item.get("publicationTitle") or item.get("proceedingsTitle"),
        "published": day(str(item.get("date") or "").split("-")),
        "note": "\n\n".join(note_of(note) for each in _list(item.get("notes")) if (note := _text(each, "note"))),
        "tags": [tag for each in _list(item.get("tags")) if (tag := _text(each, "tag"))],
        "cite_key": item.get("citationKey"),
    }


def _tags(item: dict[str, Any]) -> list[str]:
    """Our own list of them, where there is one, or keywords between commas."""
    custom = item.get("custom")
    if isinstance(custom, dict) and isinstance(custom.get("tags"), list):
        return [tag for tag in custom["tags"] if isinstance(tag, str)]
    keywords = item.get("keyword")
    return [tag.strip() for tag in re.split("[,;]", keywords)] if isinstance(keywords, str) else []


def _text(found: Any, name: str) -> str:
    """A text, or the text that an object has under a name."""
    text = found.get(name) if isinstance(found, dict) else found
    return text if isinstance(text, str) else ""


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
    if not isinstance(person, dict):
        return ""
    name = " ".join(person[part] for part in parts if isinstance(person.get(part), str))
    return f"{name}, {person['suffix']}" if isinstance(person.get("suffix"), str) else name


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
