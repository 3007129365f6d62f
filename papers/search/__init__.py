"""Search over the catalogue: words and meaning, filters, typos, facets."""

from papers.search.engine import Found, search
from papers.search.similar import similar_papers

__all__ = ["Found", "search", "similar_papers"]
