"""BibTeX as reference managers write it, and as people do: each entry is taken or rejected on its own."""

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

import bibtexparser
from bibtexparser import middlewares

from papers.formats.rejection import Rejection, taken
from papers.record import PaperRecord

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
VERBATIM = {"eprint", "doi", "url", "archiveprefix", "primaryclass", "eprinttype", "eprintclass"}


def read_entries(text: str) -> Iterator[PaperRecord | Rejection]:
    """Yield a record or a rejection for every entry; LaTeX's accents become letters, mathematics stays as it is."""
    steps = [middlewares.NormalizeFieldKeys(), middlewares.SeparateCoAuthors()]
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would log is in the rejections
    library = bibtexparser.parse_string(text, append_middleware=steps)
    for entry in library.entries:
        yield taken(f"entry {entry.key}", partial(_raw, entry))
    for block in library.failed_blocks:
        place = f"line {(block.start_line or 0) + 1}"
        yield Rejection(place, "entry", str(getattr(block, "error", "") or "cannot be read").split("\n")[0][:300])


def _raw(entry: Any) -> dict[str, Any]:
    fields = {field.key: field.value for field in entry.fields}
    plain = {name: value if name in VERBATIM or not isinstance(value, str) else _plain(value) for name, value in fields.items()}
    is_arxiv = str(plain.get("archiveprefix") or plain.get("eprinttype") or "").lower() == "arxiv"
    names = plain.get("author") or []
    return {
        "title": plain.get("title"),
        "abstract": plain.get("abstract"),
        "authors": [_name(name) for name in names if name.strip().lower() != "others"] if isinstance(names, list) else [],
        "arxiv_id": plain.get("eprint") if is_arxiv else "",
        "doi": plain.get("doi"),
        "url": plain.get("url"),
        "categories": [plain["primaryclass"]] if plain.get("primaryclass") else [],
        "journal_ref": plain.get("journal") or plain.get("booktitle"),
        "published": _day(plain),
    }


def _plain(value: str) -> str:
    return str(_DECODER.transform_string(value))


def _name(name: str) -> str:
    """Return "Ashish Vaswani" for "Vaswani, Ashish", and a braced name of a group as it is."""
    text = _plain(name)
    if name.strip().startswith("{") and name.strip().endswith("}"):
        return text
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 3:
        return f"{parts[2]} {parts[0]}, {parts[1]}"
    return f"{parts[1]} {parts[0]}".strip() if len(parts) == 2 else text


def _day(plain: dict[str, Any]) -> str | None:
    """`date` as BibLaTeX has it, or year and month; a month may be a number, a name or its first three letters."""
    date = str(plain.get("date") or plain.get("year") or "").strip()
    if date.isdecimal() and len(date) == 4:
        month = str(plain.get("month") or "").strip().lower()
        number = MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else int(month) if month in map(str, range(1, 13)) else 1
        return f"{date}-{number:02}-01"
    return f"{date}-01" if len(date) == 7 else date or None


class _Decoder:
    """LaTeX to Unicode, word by word of prose; mathematics is left alone."""

    def __init__(self) -> None:
        from pylatexenc.latex2text import LatexNodes2Text

        self.decoder = LatexNodes2Text(math_mode="verbatim", keep_comments=True)

    def transform_string(self, value: str) -> str:
        try:
            return " ".join(self.decoder.latex_to_text(value).split())
        except Exception:  # whatever is wrong with somebody's LaTeX, the words are still there
            return " ".join(value.split())


_DECODER = _Decoder()
