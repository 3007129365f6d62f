"""BibTeX, written and read."""

from papers.formats.bibtex.reading import read_entries
from papers.formats.bibtex.writing import SPECIALS, citation_key, escape, title_field, write_entries

__all__ = ["SPECIALS", "citation_key", "escape", "read_entries", "title_field", "write_entries"]
