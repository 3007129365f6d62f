"""What somebody typed into the search box, taken apart: words, "phrases", -not, and filters."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

PART = re.compile(
    r'(?P<minus>-)?(?:(?P<filter>author|cat|after|before|in|source|has|tag):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))', re.IGNORECASE
)
WORDS = re.compile(r"[^\W_]+(?:(?:['’]|(?<=\d)\.(?=\d))[^\W_]+)*")  # github.com is two words, 3.5 is one
PLAIN_WORDS = re.compile(r"[^\W_]+")
YEAR_OR_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
LONGEST, MOST_WORDS = 500, 40
LISTED = {"author": "authors", "cat": "categories", "in": "lists", "tag": "tags"}  # filters that take any text, and where it is kept
HELD = ("code", "data", "pdf")  # what `has:` may ask for


@dataclass(frozen=True)
class Query:
    """A search, taken apart.

    Attributes:
        words: each to be found; typo help may change them.
        phrases: to be found word by word in this order.
        without: words and phrases that must not occur.
        lists: "slug" of a list of one's own, "owner/slug", or "owner/" for all of an owner's lists.
        tags: each of which a paper must carry in some list that the reader may see.
        sources: which one of them brought a paper in, by source_spelling(); the search puts their names in place.
        has: of HELD, each of which a paper must come with.
        problems: filters that nobody can understand, in words for whoever typed them.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    problems: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What to find, as one text; its meaning is searched for."""
        return " ".join((*self.words, *self.phrases))

    @property
    def is_filtered(self) -> bool:
        named = self.authors or self.categories or self.lists or self.tags or self.sources or self.has
        return bool(named or self.after or self.before)

    def websearch(self) -> str:
        """The query as PostgreSQL's websearch_to_tsquery() reads it, to whom a bare "or" is an operator."""
        return " ".join((*(word for word in self.words if word.lower() != "or"), self.strict()))

    def strict(self) -> str:
        """Only what must hold for every result, those found by meaning too: phrases and what must not occur."""
        return " ".join((*(f'"{phrase}"' for phrase in self.phrases), *(f'-"{phrase}"' for phrase in self.without)))

    def spelled(self, words: tuple[str, ...]) -> "Query":
        return replace(self, words=words)


@dataclass
class _Draft:
    values: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def parse(text: str) -> Query:
    """Take a search apart. Nothing is refused: what cannot be understood becomes a problem, and the rest is searched for.

    Args:
        text: as typed; only the first 500 characters count.
    """
    draft = _Draft()
    for part in PART.finditer(text[:LONGEST].replace("\x00", " ")):
        _take(draft, part)
    values: dict[str, Any] = {name: tuple(found[:MOST_WORDS]) for name, found in draft.values.items()}
    return Query(**values, after=draft.days.get("after"), before=draft.days.get("before"))


def _take(draft: _Draft, part: re.Match[str]) -> None:
    name, value = (part["filter"] or "").lower(), part["phrase"] if part["phrase"] is not None else part["word"]
    if name in {"after", "before"}:
        _take_day(draft, name, value)
    elif name and not value.strip():
        draft.add("problems", part[0])
    elif name in LISTED:
        draft.add(LISTED[name], value.strip())
    elif name:
        _take_word(draft, name, value)
    else:
        words = WORDS.findall(value)
        if words and part["minus"]:
            draft.add("without", " ".join(words))
        elif words and part["phrase"] is not None:
            draft.add("phrases", " ".join(words))
        else:
            for word in words:
                draft.add("words", word)


def _take_word(draft: _Draft, name: str, value: str) -> None:
    """What `source:` and `has:` name has one spelling, whatever case and signs are typed."""
    word = source_spelling(value) if name == "source" else value.strip().lower()
    if not word or (name == "has" and word not in HELD):
        draft.add("problems", f"{name}:{value}")
    else:
        draft.add({"source": "sources", "has": "has"}[name], word)


def source_spelling(name: str) -> str:
    """Return how a source is typed in a search: "arxiv-cs-cl" for "arXiv cs.CL"; "" where its name has no word."""
    return "-".join(PLAIN_WORDS.findall(name)).lower()


def is_called(name: str, spelling: str) -> bool:
    """Whether a spelling is that of a source's name or of its first words."""
    return f"{source_spelling(name)}-".startswith(f"{spelling}-")


def _take_day(draft: _Draft, name: str, value: str) -> None:
    """`after:2020` means 2020 and later, `before:2020` means until the end of 2019."""
    match = YEAR_OR_DAY.fullmatch(value)
    try:
        draft.days[name] = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))  # type: ignore[index]
    except (TypeError, ValueError):
        draft.add("problems", f"{name}:{value}")
