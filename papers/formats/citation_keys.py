"""Citation keys: what LaTeX calls a paper. Made by a pattern such as {auth}{year}{word}; which of them stays is the caller's to keep."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from itertools import count

from papers.formats.names import is_group, parts
from papers.record import PaperRecord

USUAL = "{auth}{year}{word}"
LONGEST_PATTERN, LONGEST_PIECE, LONGEST_KEY = 60, 40, 100
LITERAL = re.compile(r"[A-Za-z0-9_:.+/-]*")
PIECE = re.compile(r"\{(\w+)\}")
DULL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "the", "to", "towards", "via", "with"}
UNFOLDED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_NAMED = 3  # authors in {auths}


def problem_with(pattern: str) -> str:
    """Return what is wrong with a pattern, or ""."""
    if len(pattern) > LONGEST_PATTERN:
        return f"It is longer than {LONGEST_PATTERN} characters."
    pieces = PIECE.findall(pattern)
    if unknown := [piece for piece in pieces if piece.lower() not in PIECES]:
        return f"{{{unknown[0]}}} is none of " + ", ".join(f"{{{name}}}" for name in PIECES) + "."
    if not pieces:
        return "It gives every paper the same key."
    if not LITERAL.fullmatch(PIECE.sub("", pattern)):
        return "Between the pieces only letters, digits and - _ : . + / may stand."
    return "" if pattern[0] in "{" or pattern[0].isalnum() else "It must begin with a piece, a letter or a digit."


def citation_key(record: PaperRecord, pattern: str = USUAL) -> str:
    """Return the key that a pattern gives a paper: letters and digits only, as in vaswani2017attention.

    Args:
        pattern: pieces in braces and letters between them. {Auth} is {auth} with a capital letter.
    """
    key = PIECE.sub(lambda found: _piece(found[1], record), pattern)[:LONGEST_KEY]
    return key if key.strip("-_:.+/") else "paper"


def free_key(key: str, taken: Container[str]) -> str:
    """Return the key with nothing, a letter or a number behind it, so that it is not taken.

    Args:
        taken: keys in small letters, since BibTeX and file systems may not tell the two apart.
    """
    return next(found for found in (key + end for end in _endings()) if found.lower() not in taken)


def _piece(name: str, record: PaperRecord) -> str:
    text = PIECES[name.lower()](record)[:LONGEST_PIECE]
    return text[:1].upper() + text[1:] if name[0].isupper() else text


def _author(record: PaperRecord) -> str:
    return (_ascii(_family(record.authors[0])) if record.authors else "") or "anonymous"


def _authors(record: PaperRecord) -> str:
    names = [_ascii(_family(name)) for name in record.authors[:MOST_NAMED]]
    return "".join(names) + ("etal" if len(record.authors) > MOST_NAMED else "") or "anonymous"


def _family(name: str) -> str:
    return name if is_group(name) else parts(name)[1].split(" ")[-1]


def _words(record: PaperRecord, most: int) -> str:
    words = [word for word in map(_ascii, record.title.split()) if word]
    return "".join([word for word in words if word not in DULL][:most] or words[:1])


def _year(record: PaperRecord) -> str:
    return str(record.published.year) if record.published else ""


def _arxiv(record: PaperRecord) -> str:
    return re.sub(r"[^A-Za-z0-9.]", "-", record.arxiv_id)


PIECES: dict[str, Callable[[PaperRecord], str]] = {
    "auth": _author,
    "auths": _authors,
    "year": _year,
    "yy": lambda record: _year(record)[-2:],
    "word": lambda record: _words(record, 1),
    "words": lambda record: _words(record, 3),
    "arxiv": _arxiv,
}


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(UNFOLDED))
    return re.sub(r"[^a-z0-9]", "", plain)


def _endings() -> Iterator[str]:
    """Nothing, a … z, then numbers."""
    yield from ("", *LETTERS)
    yield from (f"-{number}" for number in count(27))
