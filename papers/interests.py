"""How interests are spelt: one per line or between commas; each bad one is named and the rest goes on."""

import re

from papers import identity

MOST = 100  # of each kind
LONGEST_KEYWORD, LONGEST_SEARCH = 60, 300  # characters
CODE = re.compile(r"[A-Za-z][\w.()/&'-]{0,199}")  # cs.LG, and medrxiv.infectious-diseases-(except-hiv/aids)


def category_of(text: str) -> str:
    """Return the category code that a text spells, or ""."""
    return text if CODE.fullmatch(text) else ""


def keyword_of(text: str) -> str:
    """Return a keyword in lower case with single spaces, or "" when it is too long."""
    word = " ".join(text.casefold().split())
    return word if len(word) <= LONGEST_KEYWORD else ""


def paper_of(text: str) -> str:
    """Return the base arXiv id or the DOI that a text spells, or ""."""
    return identity.arxiv_id(text) or identity.doi(text)


def search_of(text: str) -> str:
    """Return what would be typed into the search box, with single spaces, or "" when it is too long."""
    typed = " ".join(text.split())
    return typed if len(typed) <= LONGEST_SEARCH else ""


def term_of(text: str) -> str:
    """Return a word or phrase to look for, as a keyword is spelt, or "" when it has no letter or digit."""
    word = keyword_of(text)
    return word if any(map(str.isalnum, word)) else ""


READERS = {
    "category": category_of,
    "keyword": keyword_of,
    "paper": paper_of,
    "search": search_of,
    "must": term_of,
    "never": term_of,
}
BY_LINE = {"paper", "search"}  # their values may hold commas


def read(kind: str, text: str) -> tuple[list[str], list[str]]:
    """Return what a text says, each thing once, and the parts that nobody can understand.

    Args:
        kind: a key of READERS.
        text: parts on lines of their own, or between commas where the kind's values have none.
    """
    parts = [part.strip() for part in re.split(r"\n" if kind in BY_LINE else r"[\n,]", text)]
    understood = {part: READERS[kind](part) for part in parts if part}
    good = list(dict.fromkeys(value for value in understood.values() if value))
    return good, [part for part, value in understood.items() if not value]
