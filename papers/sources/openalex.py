"""OpenAlex: where a paper can be read freely, what it cites, how often it is cited, whether it was retracted, and its authors' ORCIDs.

API: https://docs.openalex.org (GET /works). Its open-access links are those of Unpaywall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from papers import identity
from papers.sources.base import in_order
from papers.sources.json_answers import entries, first, parsed
from papers.sources.web import Web

ADDRESS = "https://api.openalex.org"
MOST_NAMES = 50  # of one question
ARXIV_DOI = "10.48550/arxiv."
FIELDS = "id,doi,open_access,best_oa_location,cited_by_count,is_retracted,referenced_works,authorships"
SEPARATORS = {"|", ",", " "}  # a DOI that holds one cannot be asked for among others


@dataclass(frozen=True)
class Work:
    """What OpenAlex knows of a paper.

    Attributes:
        name: the base arXiv id or DOI that was asked for.
        number: OpenAlex's own, without its W.
        references: numbers of the works that it cites.
        open_url: where it can be read freely, or "".
        authors: their names as in the paper, and the ORCIDs that came with the paper, or "".
    """

    name: str
    number: int
    cited_by_count: int = 0
    is_retracted: bool = False
    open_url: str = ""
    references: tuple[int, ...] = ()
    authors: tuple[tuple[str, str], ...] = ()


class OpenAlex:
    def __init__(self, *, web: Web, address: str = "", contact: str = "") -> None:
        self.web, self.address, self.contact = web, (address or ADDRESS).rstrip("/"), contact

    def look_up(self, names: Sequence[str]) -> list[Work]:
        """Return what is known of up to 50 papers, given by base arXiv ids and DOIs; unknown ones are left out.

        Raises:
            Later, WebError, SourceError: there is no answer, or none that can be used.
        """
        dois = [f"{ARXIV_DOI}{name}" if identity.arxiv_id(name) else name for name in names]
        asked = "|".join(doi for doi in dois if SEPARATORS.isdisjoint(doi))
        if not asked:
            return []
        query = {"filter": f"doi:{asked}", "per-page": MOST_NAMES, "select": FIELDS, "mailto": self.contact}
        answer = parsed(self.web.get(f"{self.address}/works", query), dict, "OpenAlex")
        return [work for each in entries(answer.get("results"), "OpenAlex") if (work := _work(each))]


def _work(entry: dict[str, Any]) -> Work | None:
    number, doi = _number(entry.get("id")), identity.doi(str(entry.get("doi") or ""))
    if not number or not doi:
        return None
    cited, references = entry.get("cited_by_count"), entry.get("referenced_works")
    return Work(
        name=identity.arxiv_id(doi) or doi,
        number=number,
        cited_by_count=cited if isinstance(cited, int) and 0 <= cited < 2**31 else 0,
        is_retracted=entry.get("is_retracted") is True,
        open_url=_open_url(entry),
        references=tuple(dict.fromkeys(filter(None, map(_number, references if isinstance(references, list) else [])))),
        authors=_authors(entry.get("authorships")),
    )


def _authors(told: Any) -> tuple[tuple[str, str], ...]:
    """Not `author.orcid`: that one OpenAlex may have guessed; `raw_orcid` is the paper's own."""
    people = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    return tuple((in_order(first(each.get("raw_author_name"))), identity.orcid(first(each.get("raw_orcid")))) for each in people)


def _number(address: Any) -> int:
    """12 for "https://openalex.org/W12", 0 for anything else."""
    last = str(address or "").rpartition("/")[2]
    return int(last[1:]) if last[:1] == "W" and last[1:].isascii() and last[1:].isdigit() and len(last) < 19 else 0


def _open_url(entry: dict[str, Any]) -> str:
    places = [entry.get("best_oa_location"), entry.get("open_access")]
    urls = [place.get(name) for place in places if isinstance(place, dict) for name in ("pdf_url", "landing_page_url", "oa_url")]
    return next((url for url in urls if isinstance(url, str) and url.startswith(("http://", "https://")) and len(url) <= 2_000), "")
