"""A BibTeX file as its blocks, each read on its own: flat memory, and one that is broken costs no other."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

START = re.compile(r"@\s*(\w+)\s*([{(])")
AT_A_LINE = re.compile(r"\s*@\s*\w+\s*[{(]")
BRACE = re.compile(r"[{}]")
FIELD = re.compile(r"[\s,]*([^\s=,{}\"#%'()]+)\s*=\s*")
BARE = re.compile(r"[^\s,#{}\"=]+")
JOIN = re.compile(r"\s*#\s*")
LONGEST = 2_000_000  # characters of one block


class Broken(ValueError):
    """A block that cannot be read, with the reason."""


@dataclass(frozen=True)
class Block:
    """What stands between an @ and its end.

    Attributes:
        line: of the file, counted from 1.
        kind: in small letters.
        text: between the braces.
        problem: why it is no whole block, or "".
    """

    line: int
    kind: str
    text: str
    problem: str = ""


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Yield the blocks of a file. Where one does not end, the next line that begins another one ends it."""
    cutter = _Cutter()
    for number, line in enumerate(lines, start=1):
        if cutter.held and AT_A_LINE.match(line):
            yield cutter.broken("does not end before the next one begins")
        rest = line
        while rest and (cutter.held or (rest := cutter.begin(rest, number))):
            end = cutter.take(rest)
            if cutter.depth == 0:
                yield cutter.whole()
            elif cutter.size > LONGEST:
                yield cutter.broken(f"is longer than {LONGEST:,} characters")
                break
            rest = rest[end:]
    if cutter.held:
        yield cutter.broken("does not end")


class _Cutter:
    """The block that is open, as far as it has been read."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.line = self.depth = self.size = 0
        self.is_round = False

    def begin(self, text: str, line: int) -> str:
        """Return a text from where a block begins in it, or "" where none does."""
        found = START.search(text)
        if not found:
            return ""
        self.line, self.depth, self.size, self.is_round = line, 0, 0, found[2] == "("
        return text[found.start() :]

    def take(self, text: str) -> int:
        """Add what belongs to the block, and return where that ends."""
        end, self.depth = _end(text, self.depth, first=not self.held, is_round=self.is_round)
        self.held.append(text[:end])
        self.size += end
        return end

    def whole(self) -> Block:
        text, self.held = "".join(self.held).rstrip(), []
        found = START.match(text)
        return Block(self.line, found[1].lower() if found else "", text[found.end() if found else 0 : -1])

    def broken(self, problem: str) -> Block:
        first, self.held = self.held[0], []
        found = START.match(first)
        return Block(self.line, found[1].lower() if found else "", first[found.end() :] if found else "", problem)


def fields_of(text: str, macros: dict[str, str]) -> dict[str, str]:
    """Return the fields of an entry by their names in small letters; of two alike the first counts.

    Args:
        text: behind the citation key.
        macros: texts by their names in small letters; a name that is none stands for itself.

    Raises:
        Broken: something in between is no field.
    """
    fields: dict[str, str] = {}
    place = 0
    while found := FIELD.match(text, place):
        value, place = _value(text, found.end(), macros)
        fields.setdefault(found[1].lower(), value)
    if rest := text[place:].strip(" \t\r\n,"):
        raise Broken(f"cannot be read from “{rest[:60]}” on")
    return fields


def _end(text: str, depth: int, *, first: bool, is_round: bool) -> tuple[int, int]:
    """Where a block ends in a line, or the line does; and how deep in braces that is."""
    start = 0
    if first and is_round:
        depth, start = 1, text.index("(") + 1
    for brace in BRACE.finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0 and not is_round:
            return brace.end(), 0
    closed = is_round and depth == 1 and text.rstrip().endswith(")")
    return (len(text), 0) if closed else (len(text), max(depth, 1))


def _value(text: str, place: int, macros: dict[str, str]) -> tuple[str, int]:
    """A value and where it ends: pieces in braces or quotes, numbers and macros, joined by #."""
    parts = []
    while True:
        if text[place : place + 1] == "{":
            end = _close(text, place)
            parts.append(text[place + 1 : end - 1])
        elif text[place : place + 1] == '"':
            end = _quote(text, place)
            parts.append(text[place + 1 : end - 1])
        elif bare := BARE.match(text, place):
            end = bare.end()
            parts.append(macros.get(bare[0].lower(), bare[0]))
        else:
            raise Broken(f"has no value at “{text[place : place + 60].strip()}”")
        join = JOIN.match(text, end)
        if not join:
            return "".join(parts), end
        place = join.end()


def _close(text: str, place: int) -> int:
    depth = 0
    for brace in BRACE.finditer(text, place):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    raise Broken("has a brace that is not closed")


def _quote(text: str, place: int) -> int:
    depth = 0
    for sign in re.finditer(r'[{}"]', text[place + 1 :]):
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
        if sign[0] == '"' and depth == 0:
            return place + 1 + sign.end()
    raise Broken("has a quotation mark that is not closed")
