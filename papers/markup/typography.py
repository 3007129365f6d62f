"""Dashes, quotes and ties as LaTeX types them, and the marks of a search, in text that may be no LaTeX at all."""

import re
from html import escape

START, STOP = "\ue000", "\ue001"  # around what a search matched; private characters that no text holds
SIGNS = re.compile(r"--|~|``|`[^`']{1,200}'")
SINGLE_QUOTES = re.compile(r"(?<![\w`])`([^`']{1,200})'(?!\w)")
EN_DASH = re.compile(r"(?<=[^\W_])--(?=[^\W_])|(?<=\s)--(?=\s)")  # not of --option
EM_DASH = re.compile(r"(?<!-)---(?!-)")
TIE = re.compile(r"(?<=[^\s/])~(?=[^\s\d]|$)|(?<=[^\s/\d])~(?=\d)")  # Fig.~3, 5~GeV, but neither ~10 nor 10~20
MARKED = re.compile(f"{START}([^<>{START}{STOP}]*){STOP}")
MARK_IN_COMMAND = re.compile(rf"\\{START}(\w+){STOP}")


def typeset(text: str) -> str:
    """Return prose with real dashes and unbreakable blanks."""
    if not SIGNS.search(text):
        return text
    return TIE.sub("\u00a0", EN_DASH.sub("–", EM_DASH.sub("—", text)))


def with_quotes(text: str) -> str:
    """Return text with real quotation marks where it has LaTeX's, which may stand far apart."""
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    return SINGLE_QUOTES.sub("‘\\1’", text) if "`" in text else text


def with_whole_commands(text: str) -> str:
    """Move marks out of the names of commands, where they would break them."""
    return MARK_IN_COMMAND.sub(r"\\\1", text)


def with_marks(html: str) -> str:
    """Make <mark> of the marks in escaped text; those that would cross an element are dropped."""
    return without_marks(MARKED.sub(r"<mark>\1</mark>", html))


def without_marks(text: str) -> str:
    return text.replace(START, "").replace(STOP, "")


def escaped(text: str) -> str:
    return escape(text, quote=True)
