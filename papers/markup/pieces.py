"""Where the formulas of a text are: one pass over its delimiters, whatever is between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ENVIRONMENTS = "equation|align|eqnarray|gather|multline|displaymath"
TOKEN = re.compile(rf"\\(?:begin|end)\{{(?:{ENVIRONMENTS})\*?\}}|\\[\s\S]|\$\$?")
PRICE = re.compile(r"\d[\d.,]*\s*(?:[kKMB]\b|[a-z]{3,}\b)|\d[\d.,]*\s*[,;:]\s")
TORN = re.compile(r"(?:\$\$?|\\[(\[])(?=[^$]*[\\_^])[^$]*$")
OPENERS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
DISPLAYED = {"$$", r"\["}
ROWS = {"align": "align*", "eqnarray": "matrix", "gather": "matrix", "multline": "matrix"}
UNSEEN = re.compile(r"\\label\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")


@dataclass(frozen=True)
class Formula:
    """A formula in a text.

    Attributes:
        typed: with its delimiters, as it stands in the text.
        body: what LaTeX reads in mathematics mode.
        is_displayed: whether it wants a line of its own.
    """

    typed: str
    body: str
    is_displayed: bool = False


def pieces(text: str) -> Iterator[str | Formula]:
    """Yield the prose and the formulas of a text in their order; together they are the text.

    A dollar begins a formula as in Pandoc's tex_math_dollars: something other than a blank follows
    it, something other than a blank comes before the dollar that ends it, and no digit comes after
    that one. So "$5 and $10" are prices, and so is what begins like one: "$5 million or 6$".
    """
    done, opener = 0, None
    for token in TOKEN.finditer(text):
        if opener is not None and _closes(opener, token, text):
            if opener.start() > done:
                yield text[done : opener.start()]
            yield _formula(text, opener, token)
            done, opener = token.end(), None
        elif opener is None or (opener[0] == "$" and token[0] in {"$", "$$"}):
            opener = token if _opens(token, text) else None
    if done < len(text):
        yield text[done:]


def formula_at(text: str, place: int) -> Formula | None:
    """Return the formula that begins at a place of a text, if one does; it holds no backtick, since code is code."""
    opener = TOKEN.match(text, place)
    if opener is None or not _opens(opener, text):
        return None
    for token in TOKEN.finditer(text, opener.end(), end_of_search(text, place)):
        if _closes(opener, token, text):
            return _formula(text, opener, token)
        if opener[0] == "$" and token[0] in {"$", "$$"}:
            return None
    return None


def end_of_search(text: str, place: int) -> int:
    """Return up to where `formula_at` looks for the end of a formula."""
    backtick = text.find("`", place)
    return len(text) if backtick < 0 else backtick


def formula_spans(text: str) -> list[tuple[int, int]]:
    """Return where the formulas of a text begin and end."""
    if "$" not in text and "\\" not in text:
        return []
    spans, place = [], 0
    for piece in pieces(text):
        length = len(piece) if isinstance(piece, str) else len(piece.typed)
        if isinstance(piece, Formula):
            spans.append((place, place + length))
        place += length
    return spans


def without_torn_end(excerpt: str) -> str:
    """Return an excerpt without the beginning of a formula whose end was cut off."""
    parts = list(pieces(excerpt))
    if not parts or isinstance(parts[-1], Formula):
        return excerpt
    kept = excerpt[: len(excerpt) - len(parts[-1])]
    return kept + TORN.sub("…", parts[-1])


def _opens(token: re.Match[str], text: str) -> bool:
    if token[0] == "$":
        return not text[token.end() : token.end() + 1].isspace() and token.end() < len(text)
    return token[0] in OPENERS or token[0].startswith(r"\begin")


def _closes(opener: re.Match[str], token: re.Match[str], text: str) -> bool:
    if opener[0].startswith(r"\begin"):
        return token[0] == r"\end" + opener[0][len(r"\begin") :]
    if token[0] != OPENERS[opener[0]] or token.start() == opener.end():
        return False
    if token[0] != "$":
        return True
    after = text[token.end() : token.end() + 1]
    return not text[token.start() - 1].isspace() and not after.isdigit() and not PRICE.match(text, opener.end(), token.start())


def _formula(text: str, opener: re.Match[str], closer: re.Match[str]) -> Formula:
    typed, body = text[opener.start() : closer.end()], text[opener.end() : closer.start()]
    if opener[0].startswith(r"\begin"):
        rows = ROWS.get(opener[0][len(r"\begin{") : -1].rstrip("*"))
        body = UNSEEN.sub("", body)
        body = rf"\begin{{{rows}}}{body}\end{{{rows}}}" if rows else body
    return Formula(typed, body.strip(), is_displayed=opener[0] in DISPLAYED or opener[0].startswith(r"\begin"))
