"""Atom (RFC 4287): what was put into a list, with notes and abstracts. Django's generator writes it; no ORM."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString

from papers.markup import plain
from papers.record import PaperRecord

UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
MOST_AUTHORS = 8


@dataclass(frozen=True, kw_only=True)
class FeedAbout:
    """A feed as a whole.

    Attributes:
        identity: a tag URI (RFC 4151) that never changes.
        page, own: the addresses of the list's page and of the feed.
    """

    title: str
    description: str
    author: str
    identity: str
    page: str
    own: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """A paper in it.

    Attributes:
        name: what tells it from others in this feed, for good.
    """

    record: PaperRecord
    name: str
    address: str
    added_at: datetime


class _Feed(Atom1Feed):
    def __init__(self, about: FeedAbout, **words: Any) -> None:
        super().__init__(**words)
        self.changed_at = about.changed_at

    def latest_post_date(self) -> datetime:
        """An empty list has not changed just now."""
        return self.changed_at


def write_feed(about: FeedAbout, entries: Iterable[FeedEntry]) -> str:
    """Return a feed, entries in the order given."""
    words = {"title": _sound(about.title), "subtitle": _sound(about.description) or None, "author_name": _sound(about.author)}
    feed = _Feed(about, **words, link=about.page, feed_url=about.own, feed_guid=about.identity, description="", language="en")
    for entry in entries:
        record = entry.record
        feed.add_item(
            title=" ".join(_sound(plain(record.title)).split()),
            link=entry.address,
            description=_sound(_content(record)),
            author_name=_sound(_byline(record)) or None,
            pubdate=entry.added_at,
            updateddate=entry.added_at,
            categories=[_sound(tag) for tag in (*record.tags, *record.categories)],
            unique_id=f"{about.identity}/paper/{entry.name}",
        )
    return feed.writeString("utf-8")


def _content(record: PaperRecord) -> str:
    note = SafeString(f"<blockquote>{linebreaks(record.note, autoescape=True)}</blockquote>") if record.note else ""
    return note + (f"<p>{escape(plain(record.abstract))}</p>" if record.abstract else "")


def _byline(record: PaperRecord) -> str:
    more = len(record.authors) - MOST_AUTHORS
    return ", ".join(record.authors[:MOST_AUTHORS]) + (f" and {more:,} more" if more > 0 else "")


def _sound(text: str) -> str:
    return UNSTORABLE.sub("", text)
