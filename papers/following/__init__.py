"""What comes of following: a stream of papers with reasons for one reader, and what is new for many."""

from papers.following.reasons import Reason, reasons_for
from papers.following.stream import Entry, Followed, stream_page

__all__ = ["Entry", "Followed", "Reason", "reasons_for", "stream_page"]
