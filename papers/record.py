"""The imported record: what every source and file format gives, checked field by field."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from papers import identity

LONGEST_TITLE, LONGEST_ABSTRACT, LONGEST_NAME, MOST_AUTHORS = 1_000, 50_000, 200, 10_000
LONGEST_ARXIV_ID, LONGEST_DOI, LONGEST_REMARK = 40, 255, 2_000
LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 5_000, 60, 200
CITE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.+/-]{0,99}")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SITES = ("hf",)
LINKS = ("pdf", "code", "project", "data", "open_access", "published", "preprint")


class RecordError(ValueError):
    """A record that cannot be taken; says which field and why."""

    def __init__(self, field_name: str, problem: str) -> None:
        super().__init__(f"{field_name}: {problem}")
        self.field_name, self.problem = field_name, problem


@dataclass(frozen=True, kw_only=True)
class PaperRecord:
    """A paper as a source tells it, already normalised.

    Attributes:
        key: the source's own stable name for it, when there is one.
        orcids: names of authors and their ORCIDs, as far as the source tells them.
        categories: arXiv-style codes, the primary one first.
        published: day of the first version.
        versions: numbers and days of the versions that the source knows, the first one first.
        links: kinds (of LINKS) and addresses.
        signals: sites, how many voted for the paper there, and who brought it there.
        is_withdrawn: whether its authors took it back.
        is_retracted: whether its publisher did.
        note, tags, cite_key: what a reader wrote beside it in a list, and what LaTeX calls it there. They belong to
            the list and are no news about the paper.
    """

    title: str
    abstract: str = ""
    key: str = ""
    arxiv_id: str = ""
    doi: str = ""
    authors: tuple[str, ...] = ()
    orcids: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    published: date | None = None
    url: str = ""
    versions: tuple[tuple[int, date], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    signals: tuple[tuple[str, int, str], ...] = ()
    comment: str = ""
    journal_ref: str = ""
    licence: str = ""
    is_withdrawn: bool = False
    is_retracted: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    cite_key: str = ""
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        first = self.authors[0] if self.authors else ""
        year = self.published.year if self.published else None
        object.__setattr__(self, "fingerprint", identity.fingerprint(self.title, first, year))

    @property
    def slug(self) -> str:
        """The name in addresses: the arXiv id, else the DOI, else a fingerprint."""
        return self.arxiv_id or self.doi or "t-" + (identity.fingerprint(self.key, "", None) if self.key else self.fingerprint)

    @classmethod
    def from_mapping(cls, raw: Any) -> "PaperRecord":
        """Check and normalise one raw record, such as a line of JSON.

        Raises:
            RecordError: for the first field that cannot be taken. Unknown fields are ignored.
        """
        if not isinstance(raw, Mapping):
            raise RecordError("record", "expected a JSON object")
        arxiv_id = _identifier(raw, "arxiv_id", identity.arxiv_id, LONGEST_ARXIV_ID, "an arXiv id such as 1706.03762")
        doi = _identifier(raw, "doi", identity.doi, LONGEST_DOI, "a DOI such as 10.1000/182")
        if arxivs_own := identity.arxiv_id(doi):  # 10.48550/arXiv.1706.03762 says no more than 1706.03762
            arxiv_id, doi = arxiv_id or arxivs_own, ""
        authors = _names(raw, "authors", MOST_AUTHORS)
        return cls(
            title=_text(raw, "title", LONGEST_TITLE, required=True),
            abstract=_text(raw, "abstract", LONGEST_ABSTRACT),
            key=_text(raw, "key", LONGEST_NAME),
            arxiv_id=arxiv_id,
            doi=doi,
            authors=authors,
            orcids=_orcids(raw, authors),
            categories=_names(raw, "categories", 50),
            published=_day(raw, "published"),
            url=_address(raw, "url"),
            versions=_versions(raw),
            links=_links(raw),
            signals=_signals(raw),
            comment=_text(raw, "comment", LONGEST_REMARK),
            journal_ref=_text(raw, "journal_ref", LONGEST_REMARK),
            licence=_text(raw, "licence", LONGEST_NAME),
            is_withdrawn=raw.get("is_withdrawn") is True,
            is_retracted=raw.get("is_retracted") is True,
            note=_note(raw),
            tags=_names(raw, "tags", MOST_TAGS, LONGEST_TAG),
            cite_key=_cite_key(raw),
        )


def _text(raw: Mapping[str, Any], name: str, longest: int, *, required: bool = False) -> str:
    value = raw.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise RecordError(name, f"expected text, got {type(value).__name__}")
    if bad := UNSTORABLE.search(value):
        raise RecordError(name, "holds a NUL character" if bad[0] == "\x00" else "holds half of a surrogate pair")
    value = " ".join(value.split())
    if required and not value:
        raise RecordError(name, "is missing or empty")
    if len(value) > longest:
        raise RecordError(name, f"is {len(value):,} characters long; {longest:,} are allowed")
    return value


def _identifier(raw: Mapping[str, Any], name: str, read: Callable[[str], str], longest: int, expected: str) -> str:
    spelling = _text(raw, name, 500)
    found = read(spelling) if spelling else ""
    if spelling and not found:
        raise RecordError(name, f"{spelling!r} is not {expected}")
    if len(found) > longest:
        raise RecordError(name, f"is {len(found):,} characters long; {longest:,} are allowed")
    return found


def _names(raw: Mapping[str, Any], name: str, most: int, longest: int = LONGEST_NAME) -> tuple[str, ...]:
    values = raw.get(name)
    if values is None:
        values = []
    if not isinstance(values, list):
        raise RecordError(name, f"expected a list of texts, got {type(values).__name__}")
    if len(values) > most:
        raise RecordError(name, f"has {len(values):,} entries; {most:,} are allowed")
    cleaned = [_text({name: value}, name, longest) for value in values]
    return tuple(dict.fromkeys(value for value in cleaned if value))


def _orcids(raw: Mapping[str, Any], authors: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read ORCIDs by authors' names. One that is told of two authors is wrong of one of them, and left out."""
    told = raw.get("orcids") or {}
    if not isinstance(told, Mapping):
        raise RecordError("orcids", f"expected ORCIDs by authors' names, got {type(told).__name__}")
    found = {" ".join(str(name).split()): identity.orcid(str(spelling)) for name, spelling in told.items()}
    for name, orcid in found.items():
        if name not in authors:
            raise RecordError("orcids", f"{name[:LONGEST_NAME]!r} is none of the authors")
        if not orcid:
            raise RecordError("orcids", f"what {name!r} has is no ORCID such as 0000-0002-1825-0097")
    times = Counter(found.values())
    return tuple((name, orcid) for name, orcid in found.items() if times[orcid] == 1)


def tidy_note(text: str) -> str:
    """Return a note with its lines as they are, but for blanks at their ends and empty lines around it."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


def _note(raw: Mapping[str, Any]) -> str:
    note = raw.get("note") or ""
    if not isinstance(note, str):
        raise RecordError("note", f"expected text, got {type(note).__name__}")
    if UNSTORABLE.search(note):
        raise RecordError("note", "holds a character that cannot be stored")
    note = tidy_note(note)
    if len(note) > LONGEST_NOTE:
        raise RecordError("note", f"is {len(note):,} characters long; {LONGEST_NOTE:,} are allowed")
    return note


def _cite_key(raw: Mapping[str, Any]) -> str:
    """A key that LaTeX could not use is as good as none."""
    key = raw.get("cite_key")
    return key if isinstance(key, str) and CITE_KEY.fullmatch(key) else ""


def _day(raw: Mapping[str, Any], name: str) -> date | None:
    text = _text(raw, name, 40)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10] if text[10:11] in {"T", " "} else text)
    except ValueError as problem:
        raise RecordError(name, f"{text!r} is not a day such as 2017-06-12") from problem


def _versions(raw: Mapping[str, Any]) -> tuple[tuple[int, date], ...]:
    entries = raw.get("versions") or []
    if not isinstance(entries, list):
        raise RecordError("versions", f"expected a list, got {type(entries).__name__}")
    days = [_day({"versions": entry}, "versions") for entry in entries]
    return tuple((number, day) for number, day in enumerate(days, start=1) if day)


def _links(raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    links = raw.get("links") or {}
    if not isinstance(links, Mapping) or not set(links) <= set(LINKS):
        raise RecordError("links", "expected addresses by kind: " + ", ".join(LINKS))
    return tuple((kind, _address(links, kind)) for kind in LINKS if links.get(kind))


def _signals(raw: Mapping[str, Any]) -> tuple[tuple[str, int, str], ...]:
    signals = raw.get("signals") or {}
    if not isinstance(signals, Mapping) or not set(signals) <= set(SITES):
        raise RecordError("signals", "expected votes by site: " + ", ".join(SITES))
    return tuple(_signal(site, told) for site, told in signals.items())


def _signal(site: str, told: Any) -> tuple[str, int, str]:
    votes = told.get("votes") if isinstance(told, Mapping) else None
    if not isinstance(votes, int) or not 0 <= votes < 2**31:
        raise RecordError("signals", f"{site}: votes must be a whole number")
    return site, votes, _text(told, "submitter", LONGEST_NAME)


def _address(raw: Mapping[str, Any], name: str) -> str:
    text = _text(raw, name, 2_000)
    if text and not text.startswith(("http://", "https://")):
        raise RecordError(name, "must start with http:// or https://")
    return text
