"""The tools that a language model is offered. Each says which call of the REST API it is, so that rights are said there alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

CARD = "slug,title,authors,published_on,url,pdf_url,summary,votes,voted,saved,state"
INSIDE = ",".join(f"paper.{name}" for name in CARD.split(","))
OF_DIGEST = "period_key,url,state,reason,news,entries.reason_text," + ",".join(f"entries.{name}" for name in INSIDE.split(","))

PaperName = Annotated[str, Field(min_length=1, max_length=300, description="An arXiv id, a DOI, or the slug that another tool told.")]
ListName = Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$", description="A list as owner/slug, such as alice/thesis.")]

# By argument: what to do where nothing, or nothing for this reader, is called so.
IF_MISSING = {
    "paper": "search_papers finds what is in this library; bring_paper brings in what is not.",
    "list": "my_lists tells the lists of this reader.",
    "period": "my_digests tells the periods of this reader's digests; there may be none yet.",
}


@dataclass(frozen=True)
class Call:
    """A call of the REST API: a method of a route of config/api.py, with what stands in its address, its query and its body."""

    method: str
    route: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


class Asked(BaseModel):
    """What a tool is asked for; what it does not know is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("No database keeps the character NUL.")
        return value


class Nothing(Asked):
    pass


class Search(Asked):
    query: str = Field(
        min_length=1,
        max_length=500,
        description='Words, "phrases", -without, author:name, cat:cs.CL, after:2024, in:owner/list; found by words and by meaning.',
    )
    start: int = Field(0, ge=0, le=5_000, description="How many of the best to leave out: 25 are told at a time.")


class Trending(Asked):
    order: Literal["hot", "new", "top"] = Field("hot", description="hot, new in this catalogue, or most upvoted")
    category: str = Field("", max_length=40, description="Only papers of this category, such as cs.CL.")


class OnePaper(Asked):
    paper: PaperName


class OneList(Asked):
    list: ListName


class Saving(Asked):
    paper: PaperName
    list: ListName
    note: str | None = Field(None, max_length=20_000, description="Markdown beside the paper; only where it has no note yet.")


class Reading(Asked):
    paper: PaperName
    state: Literal["to_read", "reading", "read", "dismissed"] = Field(description="dismissed means: not for me")


class OneDigest(Asked):
    period: str = Field(
        "latest",
        pattern=r"^(latest|\d{4}-(W\d{2}|\d{2}(-\d{2})?))$",
        description="An ISO week such as 2026-W48, a day or a month, as my_digests tells it; or latest.",
    )


class NewPaper(Asked):
    paper: str = Field(
        min_length=1, max_length=300, description="An arXiv id, a DOI, a PubMed ID (PMID: 26017442), or an address that holds one."
    )
    list: ListName | None = Field(None, description="Where it goes as soon as it is found, as owner/slug.")


def search_papers(asked: Search) -> Call:
    """Find papers in this library, best first."""
    return Call("GET", "search", query={"q": asked.query, "start": str(asked.start), "fields": CARD})


def browse_papers(asked: Trending) -> Call:
    """Papers that are hot among this library's readers now, or new, or most upvoted."""
    return Call("GET", "papers", query={"order": asked.order, "fields": CARD} | ({"category": asked.category} if asked.category else {}))


def read_paper(asked: OnePaper) -> Call:
    """One paper: title, authors, abstract, summary, links, and what readers did with it."""
    return Call("GET", "paper", {"name": asked.paper})


def similar_papers(asked: OnePaper) -> Call:
    """The papers whose title and abstract mean most nearly the same."""
    return Call("GET", "similar", {"name": asked.paper}, {"fields": CARD})


def my_lists(asked: Nothing) -> Call:
    """The reading lists of this reader and of their teams, and those shared with them."""
    return Call("GET", "lists", query={"show": "mine", "size": "100"})


def read_list(asked: OneList) -> Call:
    """The papers of a reading list, with notes and tags, in their order."""
    return Call("GET", "items", _place(asked.list), {"fields": f"note,tags,added_by,{INSIDE}", "size": "100"})


def save_paper(asked: Saving) -> Call:
    """Put a paper into a reading list. One that is there already stays as it is."""
    return Call("PUT", "item", _place(asked.list) | {"name": asked.paper}, body={} if asked.note is None else {"note": asked.note})


def bring_paper(asked: NewPaper) -> Call:
    """Bring a paper into this library that is not in it yet; it is looked up in the background."""
    return Call("POST", "submissions", body=asked.model_dump(exclude_none=True))


def upvote_paper(asked: OnePaper) -> Call:
    """Upvote a paper in the reader's name."""
    return Call("PUT", "vote", {"name": asked.paper})


def take_upvote_back(asked: OnePaper) -> Call:
    """Take the reader's upvote of a paper back."""
    return Call("DELETE", "vote", {"name": asked.paper})


def mark_paper(asked: Reading) -> Call:
    """Say that the reader wants to read, reads or has read a paper, or that it is not for them."""
    return Call("PUT", "state", {"name": asked.paper}, body={"state": asked.state})


def my_digests(asked: Nothing) -> Call:
    """The reader's digests, the latest first, by period."""
    return Call("GET", "digests")


def my_digest(asked: OneDigest) -> Call:
    """One digest: the papers chosen for this reader in that time, with the reason for each."""
    return Call("GET", "digest", {"period_key": asked.period}, {"fields": OF_DIGEST})


Tool = Callable[[Any], Call]
READING: tuple[Tool, ...] = (search_papers, browse_papers, read_paper, similar_papers, my_lists, read_list, my_digests, my_digest)
WRITING: tuple[Tool, ...] = (save_paper, bring_paper, upvote_paper, take_upvote_back, mark_paper)
TOOLS: Mapping[str, Tool] = {tool.__name__: tool for tool in READING + WRITING}


def asked_by(tool: Tool) -> type[Asked]:
    """The model of what a tool is asked for."""
    model: type[Asked] = tool.__annotations__["asked"]
    return model


def _place(place: str) -> dict[str, str]:
    owner, _slash, slug = place.partition("/")
    return {"owner": owner, "slug": slug}
