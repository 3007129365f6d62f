"""One paper as one citation, in the forms that DOI resolvers give (https://citation.doi.org/docs.html)."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from papers.formats.bibliography import STYLES, write_bibliography
from papers.formats.bibtex import write_entries
from papers.formats.citation_keys import USUAL, citation_key
from papers.formats.csl_json import csl_item
from papers.formats.ris import write_references
from papers.record import PaperRecord

FORMATTED = "text/x-bibliography"


@dataclass(frozen=True)
class CitationForm:
    """A form of a citation.

    Attributes:
        content_types: by which it is asked for and, the first one, answered.
        write: gives its text.
    """

    content_types: tuple[str, ...]
    write: Callable[[PaperRecord], str]


def _formatted(style: str) -> CitationForm:
    return CitationForm((FORMATTED,), lambda record: "".join(write_bibliography([record], style)))


# By the names of `style` in addresses; what needs no style comes first.
CITATION_FORMS = {
    "bibtex": CitationForm(("application/x-bibtex", "text/x-bibtex"), lambda record: "".join(write_entries([record])).strip() + "\n"),
    "csl": CitationForm(
        ("application/vnd.citationstyles.csl+json", "application/json"),
        lambda record: json.dumps(csl_item(record, citation_key(record, USUAL)), ensure_ascii=False) + "\n",
    ),
    "ris": CitationForm(("application/x-research-info-systems",), lambda record: "".join(write_references([record]))),
    **{name: _formatted(name) for name in STYLES},
}
