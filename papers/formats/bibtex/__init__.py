"""BibTeX, written and read."""

from papers.formats.bibtex.latex import SPECIALS, escape, title_field
from papers.formats.bibtex.reading import read_entries
from papers.formats.bibtex.writing import write_entries
from papers.formats.citation_keys import citation_key

__all__ = ["SPECIALS", "citation_key", "escape", "read_entries", "title_field", "write_entries"]
