"""How prose is written: as HTML, as plain words, as Markdown."""

import re

from papers.markup.pieces import Formula
from papers.markup.typography import escaped, typeset, without_marks

MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>&$#|~!])")
TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
MARKDOWN = {"em": "*", "strong": "**"}


class HtmlDress:
    def __init__(self, in_line: bool) -> None:
        self.in_line = in_line

    def text(self, prose: str) -> str:
        return escaped(typeset(prose))

    def verbatim(self, typed: str) -> str:
        return escaped(typed)

    def element(self, name: str, inside: str) -> str:
        return f"<{name}>{inside}</{name}>" if name else inside

    def link(self, address: str, inside: str) -> str:
        return inside if self.in_line else f'<a href="{escaped(without_marks(address))}" rel="noopener nofollow ugc">{inside}</a>'


class WordsDress:
    def text(self, prose: str) -> str:
        return typeset(prose)

    def verbatim(self, typed: str) -> str:
        return typed

    def element(self, name: str, inside: str) -> str:
        return inside

    def link(self, address: str, inside: str) -> str:
        return inside if inside == address else f"{inside} ({address})"


class MarkdownDress:
    def text(self, prose: str) -> str:
        return self.verbatim(typeset(prose))

    def verbatim(self, typed: str) -> str:
        return MARKDOWN_SIGNS.sub(r"\\\1", typed)

    def element(self, name: str, inside: str) -> str:
        sign = MARKDOWN.get(name, "")
        return f"{sign}{inside}{sign}" if inside.strip() == inside and inside else inside

    def link(self, address: str, inside: str) -> str:
        return f"[{inside}](<{address}>)"


def in_dollars(formula: Formula) -> str:
    """A formula as Markdown programs know it; where one does not, nothing in it may pass for a tag."""
    body = TAG_LIKE.sub("< ", " ".join(formula.body.split()))
    return f"$${body}$$" if formula.is_displayed else f"${body}$"
