"""What Atom and RSS have in common beyond what Django's generators do."""

from datetime import datetime
from typing import Any

from django.utils.feedgenerator import SyndicationFeed

from papers.formats.feeds.entries import FeedAbout, FeedEntry


class Generated(SyndicationFeed):
    def __init__(self, about: FeedAbout, **words: Any) -> None:
        super().__init__(**words)
        self.about = about

    def latest_post_date(self) -> datetime:
        """An empty feed has not changed just now."""
        return self.about.changed_at

    def add_entry(self, entry: FeedEntry, **more: Any) -> None:
        """Add an entry with what both forms tell of it, and `more`."""
        self.add_item(
            title=entry.title,
            link=entry.address,
            description=entry.content,
            pubdate=entry.at,
            categories=entry.categories,
            unique_id=entry.identity,
            authors=entry.authors,
            **more,
        )
