"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Sequence
from typing import Any

from papers.formats.feeds.entries import PDF, FeedAbout, FeedEntry, sound

VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(about: FeedAbout, entries: Sequence[FeedEntry]) -> str:
    """Return a feed, entries in the order given; what is not known is left out."""
    feed = {
        "version": VERSION,
        "title": sound(about.title),
        "description": sound(about.description),
        "home_page_url": about.page,
        "feed_url": about.own,
        "next_url": about.following,
        "authors": [{"name": sound(about.author)}],
        "language": about.language,
        "hubs": [{"type": "WebSub", "url": about.hub}] if about.hub else [],
    }
    told = {name: value for name, value in feed.items() if value}
    return json.dumps(told | {"items": [_item(entry) for entry in entries]}, ensure_ascii=False)


def _item(entry: FeedEntry) -> dict[str, Any]:
    item = {
        "title": entry.title,
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.categories),
        "attachments": [{"url": entry.pdf, "mime_type": PDF}] if entry.pdf else [],
    }
    always = {
        "id": entry.identity,
        "url": entry.address,
        "content_html": entry.content,  # one of the two contents must be there, if only empty
        "date_published": entry.at.isoformat(),
        "date_modified": entry.changed_at.isoformat(),
    }
    return always | {name: value for name, value in item.items() if value}
