"""Which paper is it: arXiv ids and DOIs in any usual spelling, and a fingerprint where there is neither. And which person: ORCIDs."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import unquote

NEW_ARXIV = r"(?P<yymm>\d{4})\.\d{4,5}"
OLD_ARXIV = r"[a-z][a-z-]*(?:\.[A-Za-z]{2})?/(?P<old_yymm>\d{4})\d{3}"
ARXIV_ID = re.compile(rf"(?:{NEW_ARXIV}|{OLD_ARXIV})", re.ASCII)
ARXIV_SPELLING = re.compile(
    rf"(?:https?://)?(?:(?:www|export|browse|ar5iv\.labs)\.)?(?:arxiv\.org/(?:abs|pdf|html|format|src)/|ar5iv\.org/(?:abs|html)/|"
    rf"alphaxiv\.org/(?:abs|overview|pdf)/|huggingface\.co/papers/|arxiv:\s*|(?:dx\.)?doi\.org/10\.48550/arxiv\.|10\.48550/arxiv\.)?"
    rf"(?P<id>{ARXIV_ID.pattern})(?:v\d+)?(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
DOI_SPELLING = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(?P<doi>10\.\d{4,9}/[^\s?#\x00-\x1f]+)(?:[?#].*)?", re.IGNORECASE)
DOI_INSIDE = re.compile(r"https?://[^\s]*?(?:/|[?&](?:id|doi)=)(?P<doi>10\.\d{4,9}/[^\s?#&\x00-\x1f]+)", re.IGNORECASE)
# Publishers whose addresses end in what follows their part of the DOI.
DOI_BEGINNING = {"nature.com/articles": "10.1038", "aclanthology.org": "10.18653/v1"}
PUBLISHED_AT = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<where>nature\.com/articles|aclanthology\.org)/(?P<rest>(?=[a-z.-]*\d)[a-z\d.-]+?)(?:_\w+)?(?:\.pdf)?(?:[/?#].*)?",
    re.IGNORECASE | re.ASCII,
)
PUBMED_INSIDE = re.compile(
    r"(?:\bpubmed\.ncbi\.nlm\.nih\.gov/|\bncbi\.nlm\.nih\.gov/pubmed/|\beuropepmc\.org/(?:article|abstract)/med/|\bpmid:?\s*)(?P<pmid>\d{1,9})(?!\d)|"
    r"\b(?P<pmcid>PMC\d{1,9})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
OPENING, CLOSING = "<([{\"'“‘", {")": "(", "]": "[", "}": "{", ">": "<"}
LONGEST = 2_000  # characters of a text in which an id is sought
ORCID_SPELLING = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:\s*)?(?P<digits>(?:\d{4}-?){3}\d{3}[\dX])/?", re.IGNORECASE | re.ASCII
)
VERSION_AND_VIEW = re.compile(r"(?:v\d+)?(?:[./](?:full|abstract|pdf|full-text|short|html|meta|epdf))*(?:\+html)?$")


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
    if len(text) > LONGEST:
        return ""
    found = doi(text)
    if own := arxiv_id(text) or arxiv_id(found):
        return own
    if found:
        return found
    if inside := DOI_INSIDE.search(unquote(text)):
        held = VERSION_AND_VIEW.sub("", unwrapped(inside["doi"]).rstrip("/.,;").lower())
        return arxiv_id(held) or held
    at = PUBLISHED_AT.fullmatch(text.strip())
    return f"{DOI_BEGINNING[at['where'].lower()]}/{at['rest']}".lower() if at else ""


def pubmed_id(text: str) -> str:
    """Return "pmid:" or "pmcid:" and the PubMed ID or PMCID that a text holds, such as an address of PubMed or Europe PMC, or ""."""
    match = PUBMED_INSIDE.search(text[:LONGEST])
    if not match:
        return ""
    return f"pmid:{int(match['pmid'])}" if match["pmid"] else f"pmcid:{match['pmcid'].upper()}"


def submittable(text: str) -> str:
    """Return by what a paper that a text names can be looked up: a base arXiv id, a DOI, a PubMed ID or PMCID, or ""."""
    return any_id(text) or pubmed_id(text)


def first_named(*texts: str) -> str:
    """Return by what the first paper that is named somewhere in some texts can be looked up, or "".

    Telephones share a page as they like: the address by itself, or within words, or below a title.
    """
    for text in texts:
        for part in (*text.split(), text):
            if found := submittable(unwrapped(part)):
                return found
    return ""


def unwrapped(word: str) -> str:
    """Return a word without what a sentence puts around it; a bracket that the word itself opens stays, as in DOIs of 1999."""
    word = word.lstrip(OPENING)
    while word and (word[-1] in ".,:;!?\"'”’" or (word[-1] in CLOSING and word.count(CLOSING[word[-1]]) < word.count(word[-1]))):
        word = word[:-1]
    return word


def orcid(text: str) -> str:
    """Return the ORCID that a text spells, such as "0000-0002-1825-0097", or "" where there is none or its last sign is wrong.

    The last sign checks the others: ISO 7064, MOD 11-2.
    """
    match = ORCID_SPELLING.fullmatch(text.strip())
    if not match:
        return ""
    digits, total = match["digits"].replace("-", "").upper(), 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    right = "0123456789X"[(12 - total % 11) % 11]
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4)) if digits[-1] == right else ""


def orcids_by_name(names: Sequence[str], told: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the ORCIDs of a paper's authors as far as a source that spells names in its own way tells them without doubt.

    Names are one if they have the same letters, or the same last name and first names of which one begins the other
    ("Y. LeCun", "Yann LeCun"), where nobody else of the paper is called so. An ORCID told of two people is told of neither.

    Args:
        names: of the authors, as we have them.
        told: name and ORCID of each author, or name and "".
    """
    times = Counter(orcid for _name, orcid in told)
    found: dict[str, str] = {}
    for reading in (_last_name_and_initial, _letters):  # the surer one last: it decides
        ours, theirs = _called_alone(names, reading), _called_alone([name for name, _orcid in told], reading)
        for key in ours.keys() & theirs.keys():
            (mine, (name, orcid)) = (names[ours[key]], told[theirs[key]])
            if orcid and times[orcid] == 1 and _first_names_agree(mine, name):
                found[mine] = orcid
    return found


def _called_alone(names: Sequence[str], reading: Callable[[str], str]) -> dict[str, int]:
    """Where in a list the names are that no other name reads like."""
    read = [reading(name) for name in names]
    times = Counter(read)
    return {each: place for place, each in enumerate(read) if times[each] == 1 and each}


def _last_name_and_initial(name: str) -> str:
    words = [letters for word in name.split() if (letters := _letters(word))]
    return f"{words[-1]} {words[0][0]}" if len(words) > 1 else ""


def _first_names_agree(one: str, other: str) -> bool:
    """Whether one's first word begins the other's."""
    first, second = _letters(one.split()[0]), _letters(other.split()[0])
    return first.startswith(second) or second.startswith(first)


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
