"""The items of a JSON list, one after the other: flat memory, and one that is broken costs no other."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 2_000_000  # characters of one item
READ_AT_ONCE = 65_536
BETWEEN = re.compile(r"[\s,]*")
# What begins another item, and not another author or tag of this one.
NEXT = re.compile(r'\}\s*,\s*\{(?!\s*"(?:family|given|literal|suffix|firstName|lastName|name|creatorType|tag)")')


@dataclass(frozen=True)
class Item:
    """A value of the list, or why it is none.

    Attributes:
        line: of the file, counted from 1.
    """

    line: int
    value: Any = None
    problem: str = ""


class _Window:
    """As much of a file as is looked at, and on which line that begins."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = iter(texts)
        self.text, self.line, self.is_all = "", 1, False

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        pieces, size = [self.text], 0
        while size < READ_AT_ONCE and not self.is_all:
            piece = next(self.texts, None)
            self.is_all = piece is None
            pieces.append(piece or "")
            size += len(piece or "")
        self.text = "".join(pieces)
        return size > 0

    def drop(self, count: int) -> None:
        self.line += self.text.count("\n", 0, count)
        self.text = self.text[count:]

    def skip_blanks(self) -> str:
        """Drop what stands between items and return the sign behind it, "" at the end."""
        while True:
            found = BETWEEN.match(self.text)
            self.drop(found.end() if found else 0)
            if self.text or not self.more():
                return self.text[:1]


def items_of(texts: Iterable[str], key: str = "items") -> Iterator[Item]:
    """Yield the items of a list, or of the list under a key of an object; anything else is one item.

    Args:
        texts: a file in any pieces.
    """
    window, decoder = _Window(texts), json.JSONDecoder()
    if not _enter(window, key):
        return
    while (sign := window.skip_blanks()) and sign != "]":
        yield _next(window, decoder)


def _enter(window: _Window, key: str) -> bool:
    """Go to the first item; False where there is nothing."""
    sign = window.skip_blanks()
    if sign == "[":
        window.drop(1)
    elif sign == "{":
        listed = re.compile(rf'"{key}"\s*:\s*\[')
        while not (found := listed.search(window.text)) and len(window.text) < LONGEST and window.more():
            pass
        if found:
            window.drop(found.end())
    return bool(sign)


def _next(window: _Window, decoder: json.JSONDecoder) -> Item:
    line = window.line
    while True:
        value, end, problem, is_cut_off = _decoded(window.text, decoder)
        if not problem and (end < len(window.text) or window.is_all):  # else a number might go on
            window.drop(end)
            return Item(line, value)
        if (problem and not is_cut_off) or len(window.text) > LONGEST or not window.more():
            break
    window.drop(_to_the_next(window))
    return Item(line, problem=f"cannot be read: {problem or 'it is too long'}"[:200])


def _decoded(text: str, decoder: json.JSONDecoder) -> tuple[Any, int, str, bool]:
    """A value and where it ends; or what is wrong, and whether only because the rest has not been read: then the fault is at the end."""
    try:
        return (*decoder.raw_decode(text), "", False)
    except json.JSONDecodeError as error:
        return None, 0, error.msg, error.pos > len(text) - 50 or error.msg.startswith("Unterminated string")
    except (ValueError, RecursionError):
        return None, 0, "nested too deeply, or with too long a number", False


def _to_the_next(window: _Window) -> int:
    """How much a broken item takes with it: up to what looks like the beginning of another one."""
    found = NEXT.search(window.text)
    while not found and window.more():
        window.drop(max(len(window.text) - READ_AT_ONCE - 1_000, 0))
        found = NEXT.search(window.text)
    return found.end() - 1 if found else len(window.text)
