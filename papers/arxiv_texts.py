"""How arXiv spells things in its raw formats: authors in one line, dates as in mails, withdrawals in the comment."""

import re
from email.utils import parsedate_to_datetime
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text

THING = r"(?:paper|article|submission|manuscript|work)"
WITHDRAWN = re.compile(rf"\b{THING} (?:has been|was|is) withdrawn\b|^withdrawn\b", re.IGNORECASE)
SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}
INNERMOST_BRACKETS = re.compile(r"\([^()]*\)")
LONGEST_BYLINE = 400_000  # characters; 3,000 authors are about 60,000
TO_UNICODE = LatexNodes2Text(keep_comments=True)
TEXTS = ("id", "title", "authors", "categories", "comments", "journal-ref", "doi", "license", "abstract")


def raw_record(texts: dict[str, str], dates: list[str]) -> dict[str, Any]:
    """Turn arXiv's own texts into a raw record.

    Args:
        texts: by the names in TEXTS.
        dates: of the versions, in the form of RFC 5322, the first one first.
    """
    days = [mail_day(date) for date in dates]
    return {
        "arxiv_id": texts["id"],
        "title": texts["title"],
        "abstract": texts["abstract"],
        "authors": split_authors(texts["authors"]),
        "categories": texts["categories"].split(),
        "published": days[0] if days else None,
        "versions": days,
        "doi": one_doi(texts["doi"]),
        "comment": texts["comments"],
        "journal_ref": texts["journal-ref"],
        "licence": texts["license"],
        "is_withdrawn": says_withdrawn(texts["comments"]),
    }


def split_authors(byline: str) -> list[str]:
    """Return the names of a byline such as "M. M\\'erand (1), A. Abel, Jr. and B. Bell ((1) CERN)"; affiliations go."""
    plain = byline[:LONGEST_BYLINE]
    while plain != (shorter := INNERMOST_BRACKETS.sub(" ", plain)):
        plain = shorter
    if "\\" in plain or "{" in plain:
        plain = latex_to_text(plain)
    names: list[str] = []
    for part in re.split(r",|;|\band\b|&", plain):
        name = " ".join(part.split())
        if name.lower() in SUFFIXES and names:
            names[-1] += f", {name}"
        elif name:
            names.append(name)
    return names


def latex_to_text(text: str) -> str:
    """Return prose with LaTeX's accents as letters; what no decoder understands stays as it is."""
    try:
        return str(TO_UNICODE.latex_to_text(text))
    except Exception:  # pylatexenc raises many things over what people type
        return text


def one_doi(text: str) -> str:
    """Return the first of several DOIs; the archive separates them by spaces."""
    return text.split()[0] if text.split() else ""


def says_withdrawn(comment: str) -> bool:
    """Tell whether a comment says that the authors took the paper back."""
    return bool(WITHDRAWN.search(comment))


def mail_day(date: str) -> str | None:
    """Return the day of an RFC 5322 date as YYYY-MM-DD, or None for what is no date."""
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None
