"""arXiv by its search API: what changed in some categories, and single papers by their ids.

Manual: https://info.arxiv.org/help/api/user-manual.html
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import arxiv
import requests
from lxml import etree

from papers.arxiv_texts import one_doi, says_withdrawn
from papers.record import PaperRecord
from papers.sources.base import Cursor, Page, Refusal, SourceError, read_all
from papers.sources.web import Web, WebError, checked_xml

ADDRESS = "https://export.arxiv.org/api/query"
PAGE, MOST_IDS = 200, 50
MINUTE = "%Y%m%d%H%M"
ENTRY, ATOM = "{http://www.w3.org/2005/Atom}entry", "{http://www.w3.org/2005/Atom}"


class ArxivApi:
    """Walks by the minute of the last change. Cursor: {"from": minute, "start": how many of that minute on are known}.

    The walk never goes deep into one result, which the API forbids: each page begins at the minute where the one before ended.
    """

    def __init__(self, *, web: Web, wanted: str = "", address: str = "") -> None:
        self.client = _Polite(web, address or ADDRESS)
        self.categories = wanted.replace(",", " ").split()

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        minute, start = cursor.get("from") or _a_week_ago(), int(cursor.get("start") or 0)
        while True:
            results, refusals, size = self.client.page(self._search(minute), start)
            records, refused = read_all([(result.entry_id, _raw(result)) for result in results])
            last = max((result.updated.strftime(MINUTE) for result in results), default=minute)
            minute, start = (last, 0) if last > minute else (minute, start + size)
            is_last = size < PAGE
            yield Page(
                records=records, refusals=refusals + refused, cursor={"from": minute, "start": 0 if is_last else start}, is_last=is_last
            )
            if is_last:
                return

    def look_up(self, ids: Sequence[str]) -> list[PaperRecord]:
        """Return the papers of at most MOST_IDS base ids, as far as arXiv knows them."""
        results, _refusals, _size = self.client.page(arxiv.Search(id_list=list(ids)), 0)
        return read_all([(result.entry_id, _raw(result)) for result in results])[0]

    def _search(self, minute: str) -> arxiv.Search:
        query = f"lastUpdatedDate:[{minute} TO {datetime.now(UTC).strftime(MINUTE)}]"
        if self.categories:
            query += " AND (" + " OR ".join(f"cat:{category}" for category in self.categories) + ")"
        by_change = {"sort_by": arxiv.SortCriterion.LastUpdatedDate, "sort_order": arxiv.SortOrder.Ascending}
        return arxiv.Search(query=query, **by_change)


class _Polite(arxiv.Client):
    """The client, asking through `Web`, one page at a time. Left alone it mends XML that was cut off, and retries at once."""

    def __init__(self, web: Web, address: str) -> None:
        super().__init__(page_size=PAGE, delay_seconds=0, num_retries=0)
        self.query_url_format, self._session = address + "?{}", self
        self.web = web

    def page(self, search: arxiv.Search, start: int) -> tuple[list[arxiv.Result], list[Refusal], int]:
        """Return a page's results, what of it cannot be read, and how many entries it had."""
        self.refusals: list[Refusal] = []
        self.entries = 0
        feed = self._parse_feed(self._format_url(search, start, self.page_size))
        return feed.results, self.refusals, self.entries

    def get(self, url: str, **_ignored: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer._content = 200, self._readable(checked_xml(self.web.get(url)))
        return answer

    def _readable(self, content: bytes) -> bytes:
        """Take out entries without an id or with dates that are none: one such entry would cost the whole page."""
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        if root.tag != f"{ATOM}feed":
            raise SourceError("The answer is XML, but no Atom feed.")
        for entry in root.findall(ENTRY):
            self.entries += 1
            name = entry.findtext(f"{ATOM}id", "")
            if "/api/errors" in name:
                raise WebError(f"arXiv refuses the question: {entry.findtext(f'{ATOM}summary', '')[:200]}")
            if problem := _unreadable(entry, name):
                self.refusals.append(Refusal(name or "an entry", problem))
                root.remove(entry)
        return bytes(etree.tostring(root))


def _unreadable(entry: Any, name: str) -> str:
    if not name:
        return "has no id"
    for date in ("published", "updated"):
        try:
            datetime.fromisoformat(entry.findtext(ATOM + date, "").strip())
        except ValueError:
            return f"{date}: {entry.findtext(ATOM + date, '')!r} is no date"
    return ""


def _raw(result: arxiv.Result) -> dict[str, Any]:
    primary = result.primary_category
    return {
        "arxiv_id": result.get_short_id(),
        "title": result.title,
        "abstract": result.summary,
        "authors": [author.name for author in result.authors],
        "categories": [primary, *(code for code in result.categories if code != primary)] if primary else result.categories,
        "published": result.published.date().isoformat(),
        "doi": one_doi(result.doi or ""),
        "comment": result.comment,
        "journal_ref": result.journal_ref,
        "is_withdrawn": says_withdrawn(result.comment or ""),
    }


def _a_week_ago() -> str:
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() - 7 * 86_400, UTC).strftime(MINUTE)
