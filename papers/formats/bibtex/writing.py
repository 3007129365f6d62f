"""BibTeX: papers as entries that LaTeX prints as they are in the catalogue. In UTF-8; written one by one."""

from collections.abc import Iterable, Iterator

from papers.formats.bibtex.latex import escape, text_field, title_field, verbatim
from papers.formats.citation_keys import USUAL, citation_key, free_key
from papers.formats.names import is_group, parts
from papers.record import PaperRecord

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def write_entries(records: Iterable[PaperRecord], pattern: str = USUAL) -> Iterator[str]:
    """Yield one entry per paper; their citation keys are unique within one call.

    Args:
        records: one that has a key keeps it, so keys that were given come before those that are made here.
        pattern: for papers without a key.
    """
    taken: set[str] = set()
    for record in records:
        key = free_key(record.cite_key or citation_key(record, pattern), taken)
        taken.add(key.lower())
        yield _entry(key, record)


def _entry(key: str, record: PaperRecord) -> str:
    fields = {
        "title": title_field(record.title),
        "author": " and ".join(_author(name) for name in record.authors),
        "journal": escape(record.journal_ref),
        "year": str(record.published.year) if record.published else "",
        "eprint": verbatim(record.arxiv_id),
        "archivePrefix": "arXiv" if record.arxiv_id else "",
        "primaryClass": verbatim(record.categories[0]) if record.arxiv_id and record.categories else "",
        "doi": verbatim(record.doi),
        "url": verbatim(record.url),
        "abstract": text_field(record.abstract),
        "keywords": ", ".join(_keyword(tag) for tag in record.tags),
        "annote": text_field(record.note),
    }
    lines = [f"  {name:<13} = {{{value}}},\n" for name, value in fields.items() if value]
    if record.published:
        lines.append(f"  {'month':<13} = {MONTHS[record.published.month - 1]},\n")
    return f"@{'article' if record.journal_ref else 'misc'}{{{key},\n{''.join(lines)}}}\n\n"


def _author(name: str) -> str:
    """Names of groups are braced, or BibTeX would take them apart; what follows a name stands where BibTeX looks for it."""
    if is_group(name):
        return "{" + escape(name) + "}"
    given, family, ending = parts(name)
    return escape(", ".join((family, ending, given)) if ending and given else name)


def _keyword(tag: str) -> str:
    """A comma ends a keyword, unless it is in braces."""
    return "{" + escape(tag) + "}" if "," in tag or ";" in tag else escape(tag)
