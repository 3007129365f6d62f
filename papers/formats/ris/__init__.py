"""RIS, as reference managers exchange it, written and read."""

from papers.formats.ris.reading import read_references
from papers.formats.ris.writing import write_references

__all__ = ["read_references", "write_references"]
