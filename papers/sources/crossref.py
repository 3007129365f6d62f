"""Crossref: one work by its DOI.

API: https://api.crossref.org (GET /works/{doi}); field names by its REST API format.
"""

from collections import Counter
from typing import Any
from urllib.parse import quote

from papers import identity
from papers.record import PaperRecord
from papers.sources.base import SourceError, read_all
from papers.sources.feed import plain
from papers.sources.json_answers import first, parsed
from papers.sources.web import NotThere, Web

ADDRESS = "https://api.crossref.org"


class Crossref:
    def __init__(self, *, web: Web, address: str = "") -> None:
        self.web, self.address = web, (address or ADDRESS).rstrip("/")

    def look_up(self, doi: str) -> PaperRecord | None:
        """Return the work that a DOI names, or None where Crossref knows none.

        Raises:
            SourceError: it has no title, or the answer makes no sense.
        """
        try:
            answer = parsed(self.web.get(f"{self.address}/works/{quote(doi, safe='')}"), dict, "Crossref")
        except NotThere:
            return None
        work = answer.get("message")
        records, refusals = read_all([(doi, _raw(doi, work if isinstance(work, dict) else {}))])
        if refusals:
            raise SourceError(f"Crossref: {refusals[0]}"[:300])
        return records[0]


def _raw(doi: str, work: dict[str, Any]) -> dict[str, Any]:
    people = _objects(work.get("author"))
    return {
        "doi": doi,
        "title": plain(first(work.get("title"))),
        "abstract": plain(work.get("abstract")).removeprefix("Abstract ").strip(),
        "authors": [name for name in map(_name, people) if name],
        "orcids": _orcids(people),
        "published": _day(work),
        "journal_ref": plain(first(work.get("container-title"))),
        "url": f"https://doi.org/{doi}",
        "links": _links(work),
        "is_retracted": any(each.get("type") == "retraction" for each in _objects(work.get("updated-by"))),
        "is_withdrawn": any(each.get("type") == "withdrawal" for each in _objects(work.get("updated-by"))),
    }


def _name(author: dict[str, Any]) -> str:
    parts = [author.get("given"), author.get("family"), author.get("suffix")]
    return " ".join(part for part in parts if isinstance(part, str)) or str(author.get("name") or "")


def _orcids(people: list[dict[str, Any]]) -> dict[str, str]:
    """ORCIDs by name, of people who share their name with nobody else of the work; what is no ORCID is left out."""
    names = Counter(map(_name, people))
    told = [(_name(person), identity.orcid(str(person.get("ORCID") or ""))) for person in people]
    return {name: orcid for name, orcid in told if orcid and name and names[name] == 1}


def _day(work: dict[str, Any]) -> str | None:
    """The earliest of the dates that Crossref has, which may lack its day or its month."""
    days = []
    for name in ("posted", "published-online", "published-print", "issued"):
        parts = (work.get(name) or {}).get("date-parts") if isinstance(work.get(name), dict) else None
        numbers = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
        if numbers and all(isinstance(number, int) for number in numbers):
            year, month, day = (*numbers, 1, 1)[:3]
            days.append(f"{year:04}-{month:02}-{day:02}")
    return min(days, default=None)


def _links(work: dict[str, Any]) -> dict[str, str]:
    relation = work.get("relation") if isinstance(work.get("relation"), dict) else {}
    links = {}
    for name, kind in (("is-preprint-of", "published"), ("has-preprint", "preprint")):
        for other in _objects((relation or {}).get(name)):
            if other.get("id-type") == "doi" and isinstance(other.get("id"), str):
                links[kind] = f"https://doi.org/{other['id'].lower()}"
    return links


def _objects(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
