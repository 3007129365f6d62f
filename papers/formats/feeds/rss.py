"""RSS 2.0, with links as in Atom and an author in each dc:creator. Django's generator writes the rest."""

from collections.abc import Sequence
from typing import Any

from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from papers.formats.feeds.entries import PDF, FeedAbout, FeedEntry, sound
from papers.formats.feeds.generated import Generated

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


class _Rss(Generated, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xmlns:dc": DUBLIN_CORE}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation, address in self.about.relations:
            handler.addQuickElement("atom:link", None, {"rel": relation, "href": address})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)


def write_rss(about: FeedAbout, entries: Sequence[FeedEntry]) -> str:
    """Return a feed, entries in the order given."""
    description = sound(about.description or about.title)  # which RSS wants in any case
    feed = _Rss(about, title=sound(about.title), description=description, link=about.page, feed_url=about.own, language=about.language)
    for entry in entries:
        enclosures = [Enclosure(entry.pdf, "0", PDF)] if entry.pdf else []  # how long it is nobody knows, but RSS wants a number
        feed.add_entry(entry, unique_id_is_permalink=False, enclosures=enclosures)
    return feed.writeString("utf-8")
