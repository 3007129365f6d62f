"""Which paper is it: arXiv ids and DOIs in any usual spelling, and a fingerprint where there is neither."""

import hashlib
import re
import unicodedata
from datetime import date
from urllib.parse import unquote

NEW_ARXIV = r"(?P<yymm>\d{4})\.\d{4,5}"
OLD_ARXIV = r"[a-z][a-z-]*(?:\.[A-Za-z]{2})?/(?P<old_yymm>\d{4})\d{3}"
ARXIV_ID = re.compile(rf"(?:{NEW_ARXIV}|{OLD_ARXIV})")
ARXIV_SPELLING = re.compile(
    rf"(?:https?://)?(?:(?:www|export|browse|ar5iv\.labs)\.)?(?:arxiv\.org/(?:abs|pdf|html|format|src)/|ar5iv\.org/(?:abs|html)/|"
    rf"alphaxiv\.org/(?:abs|overview|pdf)/|huggingface\.co/papers/|arxiv:\s*|(?:dx\.)?doi\.org/10\.48550/arxiv\.|10\.48550/arxiv\.)?"
    rf"(?P<id>{ARXIV_ID.pattern})(?:v\d+)?(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
DOI_SPELLING = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(?P<doi>10\.\d{4,9}/[^\s?#\x00-\x1f]+)(?:[?#].*)?", re.IGNORECASE)
DOI_INSIDE = re.compile(r"https?://[^\s]*?/(?P<doi>10\.\d{4,9}/[^\s?#\x00-\x1f]+)", re.IGNORECASE)
VERSION_AND_VIEW = re.compile(r"(?:v\d+)?(?:\.(?:full|abstract|pdf|full-text|short))*(?:\.pdf)?$")


def arxiv_id(text: str) -> str:
    """Return the base arXiv id (no version) that a text spells, or "".

    Understands bare ids of both styles, `arXiv:` prefixes, abs / pdf / html addresses with
    versions and tracking parameters, and arXiv's own DOIs.
    """
    match = ARXIV_SPELLING.fullmatch(text.strip())
    if not match:
        return ""
    month = int((match["yymm"] or match["old_yymm"])[2:])
    return _lower_archive(match["id"]) if 1 <= month <= 12 else ""


def doi(text: str) -> str:
    """Return the DOI that a text spells, in lower case (DOIs ignore case: ISO 26324), or ""."""
    match = DOI_SPELLING.fullmatch(unquote(text.strip()))
    return match["doi"].rstrip("/.,;").lower() if match else ""


def any_id(text: str) -> str:
    """Return the base arXiv id or the DOI that a text spells or, where it spells none as a whole, the one that stands in it, or "".

    So an address of a preprint server that holds a DOI (biorxiv.org/content/10.1101/…v2.full) names its paper.
    """
    found = doi(text)
    if own := arxiv_id(text) or arxiv_id(found):
        return own
    if found:
        return found
    inside = DOI_INSIDE.search(unquote(text))
    return VERSION_AND_VIEW.sub("", inside["doi"].rstrip("/.,;").lower()) if inside else ""


def arxiv_month(base_id: str) -> date:
    """Return the first day of the month in which an arXiv id was given out.

    Args:
        base_id: a base id as arxiv_id() returns it.
    """
    match = ARXIV_ID.fullmatch(base_id)
    if not match:
        raise ValueError(f"{base_id!r} is not a base arXiv id")
    yymm = match["yymm"] or match["old_yymm"]
    year = int(yymm[:2])
    return date(1900 + year if year >= 91 else 2000 + year, int(yymm[2:]), 1)


def fingerprint(title: str, first_author: str, year: int | None) -> str:
    """Return 24 hex digits for title, first author's last word and year: the last resort of identity."""
    parts = [_letters(title), _letters(first_author.split()[-1] if first_author.split() else ""), str(year or "")]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _lower_archive(base_id: str) -> str:
    archive, slash, number = base_id.partition("/")
    if not slash:
        return base_id
    group, dot, section = archive.partition(".")
    return f"{group.lower()}{dot}{section.upper()}/{number}"
