"""What a feed and its entries say, whatever the format; every text can be put into XML."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from papers.markup import plain
from papers.record import PaperRecord

UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
MOST_AUTHORS = 50
PDF = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class FeedAbout:
    """A feed as a whole; it may have pages (RFC 5005, 3).

    Attributes:
        identity: a tag URI (RFC 4151) that never changes.
        page: the address of the page that shows the same.
        own, first, following: the addresses of this page of the feed, of its first one, and of the one after it or "".
        hub: the address of a WebSub hub that tells of changes, or "".
        language: of whatever is not a paper's own words, as on pages.
    """

    title: str
    description: str
    author: str
    identity: str
    page: str
    own: str
    first: str
    following: str = ""
    hub: str = ""
    changed_at: datetime
    language: str = field(default_factory=get_language)

    @property
    def relations(self) -> list[tuple[str, str]]:
        """Links of the feed beside those to its page and to itself, as relations and addresses."""
        return [(name, address) for name, address in (("first", self.first), ("next", self.following), ("hub", self.hub)) if address]


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """A paper, or whatever else a feed brings.

    Attributes:
        identity: a tag URI that never changes.
        content: safe HTML.
        at, changed_at: when it came into the feed, and when it last changed.
        pdf: the address of its PDF, or "".
    """

    identity: str
    title: str
    address: str
    content: str
    authors: tuple[str, ...]
    categories: tuple[str, ...] = ()
    at: datetime
    changed_at: datetime
    pdf: str = ""


def paper_entry(record: PaperRecord, *, identity: str, address: str, at: datetime, changed_at: datetime, pdf: str) -> FeedEntry:
    """Return a paper as an entry: its note before its whole abstract, and its tags before its categories."""
    return FeedEntry(
        identity=identity,
        title=" ".join(sound(plain(record.title)).split()),
        address=address,
        content=sound(_content(record)),
        authors=_authors(record.authors),
        categories=tuple(sound(name) for name in (*record.tags, *record.categories)),
        at=at,
        changed_at=max(at, changed_at),
        pdf=pdf,
    )


def sound(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return UNSTORABLE.sub("", text)


def _content(record: PaperRecord) -> str:
    note = SafeString(f"<blockquote>{linebreaks(record.note, autoescape=True)}</blockquote>") if record.note else ""
    return note + (f"<p>{escape(plain(record.abstract))}</p>" if record.abstract else "")


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    """A collaboration of thousands would be most of the feed."""
    more = len(names) - MOST_AUTHORS
    shown = tuple(sound(name) for name in names[:MOST_AUTHORS])
    return (*shown, f"and {more:,} more") if more > 0 else shown
