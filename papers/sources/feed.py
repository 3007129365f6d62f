"""Any RSS or Atom feed of papers, read by feedparser. What has no id of its own is known by the feed's name for it."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import feedparser

from papers import identity
from papers.sources.base import Cursor, Page, SourceError, read_all
from papers.sources.web import Web, WebError, checked_xml

TAG = re.compile(r"<[^>]{0,500}>")
LONGEST_KEY = 200


class Feed:
    """A feed is one page; it has no cursor."""

    def __init__(self, *, web: Web, wanted: str, address: str) -> None:
        if not address:
            raise SourceError("A feed needs its address.")
        self.web, self.address = web, address

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        found = feedparser.parse(checked_xml(self.web.get(self.address)), sanitize_html=False)
        if not found.version:
            raise WebError(f"{self.address} is neither RSS nor Atom.")
        records, refusals = read_all([(str(entry.get("link") or entry.get("id")), _raw(entry)) for entry in found.entries])
        yield Page(records=records, refusals=refusals, is_last=True)


def _raw(entry: Any) -> dict[str, Any]:
    names = [entry.get("prism_doi"), entry.get("dc_identifier"), entry.get("id"), entry.get("link")]
    spelled = [name for name in names if isinstance(name, str)]
    arxiv_id = next((found for found in map(identity.arxiv_id, spelled) if found), "")
    doi = next((found for found in map(identity.doi, spelled) if found), "")
    link = str(entry.get("link") or "")
    return {
        "title": plain(entry.get("title")),
        "abstract": plain(entry.get("summary")),
        "authors": [name for name in (plain(each.get("name")) for each in entry.get("authors", [])) if name],
        "published": time.strftime("%Y-%m-%d", day) if (day := entry.get("published_parsed")) else None,
        "arxiv_id": arxiv_id,
        "doi": doi,
        "key": "" if arxiv_id or doi else str(entry.get("id") or link)[:LONGEST_KEY],
        "url": link if link.startswith(("http://", "https://")) else "",
    }


def plain(text: Any) -> str:
    """Return a feed's HTML as plain text."""
    return " ".join(html.unescape(TAG.sub(" ", text)).split()) if isinstance(text, str) else ""
