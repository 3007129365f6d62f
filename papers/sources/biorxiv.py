"""bioRxiv and medRxiv by their API: what was posted since a day, in pages.

Manual: https://api.biorxiv.org
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from papers.sources.base import Cursor, Page, SourceError, in_order, read_all
from papers.sources.json_answers import entries, parsed
from papers.sources.web import Web

ADDRESS = "https://api.biorxiv.org"
SERVERS = ("biorxiv", "medrxiv")
FIRST_DAYS = 7


class Biorxiv:
    """Cursor: {"from": day} between runs; {"from", "until", "start"} inside one, so that the interval stays while it is walked."""

    def __init__(self, *, web: Web, wanted: str, address: str) -> None:
        self.web, self.address = web, (address or ADDRESS).rstrip("/")
        self.server = wanted.strip().lower() or "biorxiv"
        if self.server not in SERVERS:
            raise SourceError(f"There is no server {self.server!r}; it is one of {', '.join(SERVERS)}.")

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        since = cursor.get("from") or (datetime.now(UTC).date() - timedelta(days=FIRST_DAYS)).isoformat()
        until, start = cursor.get("until") or datetime.now(UTC).date().isoformat(), int(cursor.get("start") or 0)
        while True:
            answer = parsed(self.web.get(f"{self.address}/details/{self.server}/{since}/{until}/{start}"), dict, self.server)
            found = entries(answer.get("collection", []), self.server)
            records, refusals = read_all([(str(each.get("doi")), _raw(each, self.server)) for each in found])
            start += len(found)
            is_last = not found or start >= _total(answer)
            inside = {"from": since, "until": until, "start": start}
            yield Page(records=records, refusals=refusals, cursor={"from": until} if is_last else inside, is_last=is_last)
            if is_last:
                return


def _total(answer: dict[str, Any]) -> int:
    messages = answer.get("messages")
    total = messages[0].get("total", 0) if isinstance(messages, list) and messages and isinstance(messages[0], dict) else 0
    return int(total) if str(total).isdecimal() else 0


def _raw(entry: dict[str, Any], server: str) -> dict[str, Any]:
    published = entry.get("published") or ""
    links = {"published": f"https://doi.org/{published}"} if published not in {"", "NA"} else {}
    return {
        "doi": entry.get("doi"),
        "title": entry.get("title"),
        "abstract": entry.get("abstract"),
        "authors": [in_order(name) for name in str(entry.get("authors") or "").split(";") if name.strip()],
        "categories": [f"{server}.{str(entry.get('category') or 'other').strip().replace(' ', '-').lower()}"],
        "published": entry.get("date") if _is_first(entry) else None,
        "links": links,
        "licence": entry.get("license"),
        "is_withdrawn": str(entry.get("type") or "").strip().lower() == "withdrawn",
    }


def _is_first(entry: dict[str, Any]) -> bool:
    """Only the first version's date is the paper's; for later ones an earlier harvest has it, or nobody."""
    return str(entry.get("version") or "1") == "1" and _is_day(entry.get("date"))


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False
