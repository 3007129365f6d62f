"""Text of a file in whatever encoding it was saved, line by line."""

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from charset_normalizer import from_bytes

LIKELY = ["cp1252", "cp1251", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]  # of which a few letters would not tell others apart
LOOKED_AT = 200_000  # bytes; enough to tell, and a guess over a whole library would take minutes
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Decoder:
    """Lines as text: UTF-8 unless that is impossible, and then, from the first such line on, what it most likely is.

    Attributes:
        guessed: the encoding that had to be guessed, or "".
    """

    def __init__(self) -> None:
        self.guessed = ""

    def lines(self, lines: Iterable[bytes]) -> Iterator[str]:
        """Yield the lines of a file with their ends."""
        rest = iter(lines)
        first = next(rest, b"")
        if first.startswith(UTF_16):
            yield from _utf_16(chain([first], rest))
            return
        ahead = deque([first.removeprefix(codecs.BOM_UTF8)])
        while ahead:
            line = ahead.popleft()
            try:
                yield line.decode()
            except UnicodeDecodeError:
                if not self.guessed:
                    self.guessed = _guess(line, ahead, rest)
                yield line.decode(self.guessed, "replace")
            if not ahead and (following := next(rest, None)) is not None:
                ahead.append(following)


def decode(content: bytes) -> str:
    """Return a whole text."""
    return "".join(Decoder().lines(content.splitlines(keepends=True)))


def _guess(line: bytes, ahead: deque[bytes], rest: Iterator[bytes]) -> str:
    """Look at what follows, of which the lines with letters beyond ASCII tell something; what was looked at is kept."""
    telling = [line]
    size = len(line)
    while size < LOOKED_AT and (following := next(rest, None)) is not None:
        ahead.append(following)
        size += len(following)
    telling += [each for each in ahead if not each.isascii()]
    guess = from_bytes(b"".join(telling)[:LOOKED_AT], cp_isolation=LIKELY).best()
    return guess.encoding if guess else "latin-1"


def _utf_16(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines that were cut at the byte of a line's end are put together and cut again."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    held = ""
    for piece in pieces:
        held += decoder.decode(piece)
        *lines, held = held.split("\n")
        yield from (line + "\n" for line in lines)
    if held:
        yield held
