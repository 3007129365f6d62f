"""A reader's file in pieces: cut for the database, and given back line by line."""

from collections.abc import Iterable, Iterator
from itertools import count

from papers.models import PaperImport

PART = 2**20  # bytes of a stored piece
LONGEST_LINE = 2 * PART  # bytes that are handed on at once


def parts_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def lines_of(found: PaperImport) -> Iterator[bytes]:
    """The stored file, line by line, with one part in memory; a line that has no end comes in pieces."""
    rest = b""
    for content in _contents(found):
        *lines, rest = (rest + content).split(b"\n")
        yield from (line + b"\n" for line in lines)
        while len(rest) > LONGEST_LINE:
            end = _between_letters(rest, LONGEST_LINE)
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest


def _between_letters(text: bytes, end: int) -> int:
    """The last place up to an end that is not inside a letter of UTF-8."""
    return next((place for place in range(end, end - 4, -1) if text[place] & 0xC0 != 0x80), end)


def _contents(found: PaperImport) -> Iterator[bytes]:
    for number in count():
        part = found.parts.filter(number=number).values_list("content", flat=True).first()
        if part is None:
            return
        yield bytes(part)
