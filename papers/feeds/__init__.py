"""Feeds of papers in every form of papers/formats/feeds: which papers, in which order, and what tells that nothing has changed."""

from papers.feeds.answering import answer_text
from papers.feeds.catalogue import ORDERS, author_feed, catalogue_feed, category_feed
from papers.feeds.lists import list_feed
from papers.feeds.people import holder_feed, stream_feed
from papers.feeds.searches import search_feed

__all__ = [
    "ORDERS",
    "answer_text",
    "author_feed",
    "catalogue_feed",
    "category_feed",
    "holder_feed",
    "list_feed",
    "search_feed",
    "stream_feed",
]
