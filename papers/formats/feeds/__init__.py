"""Feeds: what is said in each, and one file per format. No ORM.

FORMS is every format by its name in addresses. `.json` of a list is CSL-JSON, so JSON Feed is `.feed.json` everywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from papers.formats.feeds.atom import write_atom
from papers.formats.feeds.entries import FeedAbout, FeedEntry, paper_entry
from papers.formats.feeds.json_feed import write_json_feed
from papers.formats.feeds.rss import write_rss

__all__ = ["FORMS", "FeedAbout", "FeedEntry", "FeedForm", "paper_entry"]


@dataclass(frozen=True)
class FeedForm:
    """A format of feeds.

    Attributes:
        content_type: as registered with IANA, or as its specification names it.
        write: gives the text of a feed, entries in the order given.
    """

    label: str
    content_type: str
    write: Callable[[FeedAbout, Sequence[FeedEntry]], str]


FORMS = {
    "atom": FeedForm("Atom", "application/atom+xml", write_atom),
    "rss": FeedForm("RSS", "application/rss+xml", write_rss),
    "feed.json": FeedForm("JSON Feed", "application/feed+json", write_json_feed),
}
