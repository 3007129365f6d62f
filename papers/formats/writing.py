"""Every form in which papers leave: its name in addresses, its words, its content type and its writer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from papers.formats.bibliography import write_bibliography
from papers.formats.bibtex import write_entries
from papers.formats.citation_keys import USUAL
from papers.formats.csl_json import write_items
from papers.formats.csv_table import write_rows
from papers.formats.json_lines import write_lines
from papers.formats.markdown_list import write_markdown
from papers.formats.ris import write_references
from papers.record import PaperRecord

USUAL_STYLE = "apa"


@dataclass(frozen=True, kw_only=True)
class About:
    """What is written, beside the papers.

    Attributes:
        title, description: in plain text.
        style: of a bibliography, a key of bibliography.STYLES.
        pattern: of citation keys, for papers that have none.
    """

    title: str = ""
    description: str = ""
    style: str = USUAL_STYLE
    pattern: str = USUAL


@dataclass(frozen=True)
class Form:
    """A form of export.

    Attributes:
        label: for people.
        content_type: as registered with IANA, or as reference managers expect it.
        write: gives the text of records in pieces, in flat memory.
    """

    label: str
    content_type: str
    write: Callable[[Iterable[PaperRecord], About], Iterator[str]]


FORMS = {
    "bib": Form("BibTeX", "application/x-bibtex", lambda records, about: write_entries(records, about.pattern)),
    "ris": Form("RIS", "application/x-research-info-systems", lambda records, about: write_references(records)),
    "json": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", lambda records, about: write_items(records, about.pattern)),
    "csv": Form("CSV", "text/csv", lambda records, about: write_rows(records)),
    "md": Form("Markdown", "text/markdown", lambda records, about: write_markdown(records, about.title, about.description)),
    "jsonl": Form("JSON Lines", "application/jsonl", lambda records, about: write_lines(records)),
    "txt": Form("Bibliography", "text/plain", lambda records, about: write_bibliography(records, about.style)),
}
