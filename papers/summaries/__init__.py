"""What a paper says in two sentences and in a few words, picked out of its abstract. Pure: no models, no Django."""

from papers.summaries.keywords import keywords
from papers.summaries.picking import summarise

__all__ = ["keywords", "summarise"]
