"""Atom (RFC 4287). Django's generator writes it, beside what it does not know: pages, a hub, several authors."""

from collections.abc import Sequence
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from papers.formats.feeds.entries import PDF, FeedAbout, FeedEntry, sound
from papers.formats.feeds.generated import Generated


class _Atom(Generated, Atom1Feed):
    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation, address in self.about.relations:
            handler.addQuickElement("link", "", {"rel": relation, "href": address})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})  # type: ignore[arg-type]  # as Django itself does
            handler.addQuickElement("name", name)
            handler.endElement("author")
        if item["pdf"]:  # how long it is nobody knows, and need not be said
            handler.addQuickElement("link", "", {"rel": "enclosure", "type": PDF, "href": item["pdf"]})


def write_atom(about: FeedAbout, entries: Sequence[FeedEntry]) -> str:
    """Return a feed, entries in the order given."""
    words = {"title": sound(about.title), "subtitle": sound(about.description) or None, "author_name": sound(about.author)}
    feed = _Atom(about, **words, link=about.page, feed_url=about.own, feed_guid=about.identity, description="", language=about.language)
    for entry in entries:
        feed.add_entry(entry, updateddate=entry.changed_at, pdf=entry.pdf)
    return feed.writeString("utf-8")
