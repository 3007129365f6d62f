"""What a post says, whatever the receiver's format: plain texts and public addresses."""

from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_TITLE, LONGEST_LINE = 250, 400  # characters


@dataclass(frozen=True)
class Entry:
    """A paper; `why` is one line of who saved it where, how much is said about it, or why it is suggested."""

    title: str
    url: str
    authors: str = ""
    why: str = ""

    @property
    def lines(self) -> list[str]:
        """What stands below the title."""
        return [cut(line, LONGEST_LINE) for line in (self.authors, self.why) if line]


@dataclass(frozen=True)
class Part:
    heading: str
    entries: list[Entry]


@dataclass(frozen=True)
class Bulletin:
    """A digest, or a test, whose `lead` is all there is."""

    title: str
    url: str
    sender: str
    lead: str = ""
    parts: list[Part] = field(default_factory=list)
    more: str = ""  # the word for the address of the whole


def cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def escaped(text: str, characters: str) -> str:
    """Put a backslash before each character that would be markup, and break words that would call people (@channel)."""
    return "".join(f"\\{one}" if one in characters else "@\u200b" if one == "@" else one for one in text)


def within(pieces: list[str], longest: int, *, between: str) -> Iterator[str]:
    """Yield whole pieces as long as they fit together."""
    size = 0
    for piece in pieces:
        size += len(piece) + len(between)
        if size > longest:
            return
        yield piece
