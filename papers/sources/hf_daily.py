"""Hugging Face's daily papers: what its readers put forward, day by day.

API: https://huggingface.co/docs/hub/api (GET /api/daily_papers)
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from papers.sources.base import Cursor, Page, read_all
from papers.sources.json_answers import entries, parsed
from papers.sources.web import Web

ADDRESS = "https://huggingface.co"
FIRST_DAYS, PAGE = 7, 100


class HfDaily:
    """Cursor: {"from": day}. A day is asked again as long as it is today, since it still grows."""

    def __init__(self, *, web: Web, wanted: str, address: str) -> None:
        self.web, self.address = web, (address or ADDRESS).rstrip("/")

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        today = datetime.now(UTC).date()
        day = date.fromisoformat(cursor["from"]) if cursor.get("from") else today - timedelta(days=FIRST_DAYS)
        while day <= today:
            asked = {"date": day.isoformat(), "limit": PAGE}
            found = entries(parsed(self.web.get(f"{self.address}/api/daily_papers", asked), list, "Hugging Face"), "Hugging Face")
            papers = [(each["paper"], each) for each in found if isinstance(each.get("paper"), dict)]
            records, refusals = read_all([(str(paper.get("id")), _raw(paper, entry)) for paper, entry in papers])
            day += timedelta(days=1)
            yield Page(records=records, refusals=refusals, cursor={"from": min(day, today).isoformat()}, is_last=day > today)


def _raw(paper: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    people = paper.get("authors")
    names = [each.get("name") for each in people if isinstance(each, dict)] if isinstance(people, list) else []
    links = {"code": paper.get("githubRepo"), "project": paper.get("projectPage")}
    return {
        "arxiv_id": paper.get("id"),
        "title": paper.get("title"),
        "abstract": paper.get("summary"),
        "authors": [name for name in names if isinstance(name, str)],
        "published": paper.get("publishedAt"),
        "links": {kind: url for kind, url in links.items() if url},
        "signals": {"hf": {"votes": paper.get("upvotes") or 0, "submitter": _submitter(paper, entry)}},
    }


def _submitter(paper: dict[str, Any], entry: dict[str, Any]) -> str:
    """Who put the paper forward, by full name or by handle."""
    person = paper.get("submittedOnDailyBy") or entry.get("submittedBy")
    names = [person.get("fullname"), person.get("name"), person.get("user")] if isinstance(person, dict) else []
    return next((name for name in names if isinstance(name, str) and name), "")
