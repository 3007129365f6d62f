"""BibTeX: papers as entries that LaTeX prints as they are in the catalogue. In UTF-8; written one by one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

from papers.record import PaperRecord

SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # \{ would count as a brace where BibTeX looks for the end of a field
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What pandoc takes for mathematics: no blank inside the dollars, no digit after them.
MATHEMATICS = re.compile(r"(?<!\\)\$(?=\S)([^$&#%]+?)(?<=\S)(?<!\\)\$(?!\d)")
DULL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "the", "to", "towards", "via", "with"}
GROUP = re.compile(r"\band\b|,.*,.*,|\b(collaboration|consortium|group|project|team)\b", re.IGNORECASE)
UNFOLDED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_entries(records: Iterable[PaperRecord]) -> Iterator[str]:
    """Yield one entry per paper; their citation keys are unique within one call."""
    taken: set[str] = set()
    for record in records:
        key = _free_key(citation_key(record), taken)
        taken.add(key)
        yield _entry(key, record)


def citation_key(record: PaperRecord) -> str:
    """Return the usual key: first author's last name, year, first telling word of the title, as in vaswani2017attention."""
    author = _ascii(_last_name(record.authors[0])) if record.authors else ""
    words = [word for word in map(_ascii, record.title.split()) if word]
    telling = next((word for word in words if word not in DULL), words[0] if words else "")
    return (author or "anonymous") + (str(record.published.year) if record.published else "") + telling[:40]


def escape(text: str) -> str:
    """Return text as LaTeX for that text; letters of any script stay as they are."""
    return "".join(SPECIALS.get(sign, sign) for sign in " ".join(text.split()))


def title_field(title: str) -> str:
    """Escape a title but for its mathematics, and brace what a style must not turn into small letters."""
    parts, last = [], 0
    for found in MATHEMATICS.finditer(title):
        if _is_balanced(found[1]):
            parts += [_prose(title[last : found.start()], title), "{" + found[0] + "}"]
            last = found.end()
    return "".join([*parts, _prose(title[last:], title)])


def _entry(key: str, record: PaperRecord) -> str:
    fields = {
        "title": title_field(record.title),
        "author": " and ".join(_author(name) for name in record.authors),
        "year": str(record.published.year) if record.published else "",
        "eprint": _verbatim(record.arxiv_id),
        "archivePrefix": "arXiv" if record.arxiv_id else "",
        "primaryClass": _verbatim(record.categories[0]) if record.arxiv_id and record.categories else "",
        "doi": _verbatim(record.doi),
        "url": _verbatim(record.url),
    }
    lines = [f"  {name:<13} = {{{value}}},\n" for name, value in fields.items() if value]
    if record.published:
        lines.append(f"  {'month':<13} = {MONTHS[record.published.month - 1]},\n")
    return f"@misc{{{key},\n{''.join(lines)}}}\n\n"


def _prose(text: str, title: str) -> str:
    """Brace names: in a title that begins most words with small letters every later capital means something."""
    words = re.findall(r"[^\W\d_]\w+", title)[1:]
    sentence_case = sum(word[0].islower() for word in words) > len(words) / 2
    first = re.search(r"[^\s]+", title)
    pieces = re.split(r"(\s+)", text)
    return "".join(_word(piece, protect=sentence_case and bool(first) and piece != first[0]) for piece in pieces)  # type: ignore[index]


def _word(word: str, *, protect: bool) -> str:
    if not word or word.isspace():
        return " " if word else ""
    letters = [sign for sign in word if sign.isalpha()]
    meant = any(sign.isupper() for sign in letters[1:]) or (protect and bool(letters) and letters[0].isupper())
    return "{" + escape(word) + "}" if meant else escape(word)


def _author(name: str) -> str:
    """Names of groups are braced, or BibTeX would take them apart."""
    return "{" + escape(name) + "}" if GROUP.search(name) else escape(name)


def _last_name(name: str) -> str:
    if GROUP.search(name):
        return name
    return name.partition(",")[0] if "," in name else (name.split() or [""])[-1]


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(UNFOLDED))
    return re.sub(r"[^a-z0-9]", "", plain)


def _free_key(key: str, taken: set[str]) -> str:
    return next(found for found in (key + end for end in _endings()) if found not in taken)


def _endings() -> Iterator[str]:
    """Nothing, a … z, then numbers."""
    yield from ("", *LETTERS)
    yield from (f"-{number}" for number in count(27))


def _verbatim(text: str) -> str:
    """Addresses and ids are printed as they stand; only what would end the field is spelt as in an address."""
    return re.sub(r"[{}\\\s]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def _is_balanced(mathematics: str) -> bool:
    """Tell whether braces match the way BibTeX counts them, which knows no escapes, and nothing else is in doubt."""
    depth = 0
    for sign in mathematics:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and not mathematics.endswith("\\")
