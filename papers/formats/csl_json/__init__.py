"""CSL-JSON, written and read, and the JSON of Better BibTeX, read."""

from papers.formats.csl_json.reading import day, read_items
from papers.formats.csl_json.writing import csl_item, write_items

__all__ = ["csl_item", "day", "read_items", "write_items"]
