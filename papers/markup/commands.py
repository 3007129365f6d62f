"""Prose with LaTeX's commands, read by pylatexenc and written by a Dress: as HTML or as plain text."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db
from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexWalker,
)
from pylatexenc.latexwalker import get_default_latex_context_db as walkers_context
from pylatexenc.macrospec import std_macro

ELEMENTS = {
    **dict.fromkeys(["emph", "textit", "textsl", "em", "it", "itshape", "sl"], "em"),
    **dict.fromkeys(["textbf", "bf", "bfseries"], "strong"),
    **dict.fromkeys(["texttt", "tt", "ttfamily"], "code"),
    "textsuperscript": "sup",
    "textsubscript": "sub",
    **dict.fromkeys(["textsc", "textrm", "textsf", "textnormal", "textup", "textmd", "mbox", "text", "sc", "rm", "sf"], ""),
}
SWITCHES = {"em", "it", "itshape", "sl", "bf", "bfseries", "tt", "ttfamily", "sc", "rm", "sf"}
LISTS = {"itemize", "enumerate", "description", "center", "quote", "abstract"}
SPECIAL = re.compile(r"\\\\|\\[()\[\]]|\\[\s\S]|[%$]")  # what LaTeX would act on, and prose may simply say
RUN = re.compile(r"\\[A-Za-z]+\*?\s*.?|\\[\s\S]\s*.?|([^\\{}\[\]]{12,})")  # a command and what it may take, or words between commands
FIRST_RUN = 0x100000  # private characters, one for each run
PUT_ASIDE = re.compile(f"[{chr(FIRST_RUN)}-{chr(FIRST_RUN + 0xFFFD)}]")
PROTECTED = re.compile(r"[A-Z][\w-]*")  # {B}ayes keeps its capital in BibTeX
ADDRESS = re.compile(r"https?://[^\s<>\"\\{}]{1,500}")
_reader_context = get_default_latex_context_db()
_reader = LatexNodes2Text(latex_context=_reader_context, math_mode="verbatim")
_context = walkers_context().filter_context(keep_which=["macros", "environments"])
_context.add_context_category(
    "titles and abstracts",
    macros=[std_macro("href", "{{"), *(std_macro(name, "{") for name in ELEMENTS if name not in SWITCHES)],
    prepend=True,
)
AS_TYPED = {"input", "include", "includegraphics", "cite", "citep", "citet", "ref", "eqref", "label", "footnote", "item"}
NAMES = {"LaTeX", "TeX", "BibTeX", "LaTeXe"}


class Dress(Protocol):
    """How the parts of a text are written."""

    def text(self, prose: str) -> str: ...
    def verbatim(self, typed: str) -> str: ...
    def element(self, name: str, inside: str) -> str: ...
    def link(self, address: str, inside: str) -> str: ...


def dressed(prose: str, dress: Dress) -> str:
    """Write prose whose commands LaTeX knows.

    Raises:
        Exception: of any kind, where pylatexenc cannot read it.
    """
    shelf = _Shelf()
    source = RUN.sub(shelf.put, SPECIAL.sub(_literal, prose))
    nodes, _start, _length = LatexWalker(source, latex_context=_context, tolerant_parsing=True).get_latex_nodes()
    return _Writer(dress, shelf).all(nodes)


def _literal(found: re.Match[str]) -> str:
    match found[0]:
        case "%" | "$":
            return "\\" + found[0]
        case "\\\\":
            return " "
        case r"\(" | r"\)" | r"\[" | r"\]":
            return r"\textbackslash{}" + found[0][1]
    return found[0]


class _Shelf:
    """Runs of ordinary words, put aside for one private character each: pylatexenc takes its time over every character."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    def put(self, found: re.Match[str]) -> str:
        if not found[1]:
            return found[0]
        self.runs.append(found[1])
        return chr(FIRST_RUN + len(self.runs) - 1)

    def back(self, text: str) -> str:
        return PUT_ASIDE.sub(lambda found: self.runs[ord(found[0]) - FIRST_RUN], text)


class _Writer:
    """Walks over the nodes of one text."""

    def __init__(self, dress: Dress, shelf: _Shelf) -> None:
        self.dress, self.shelf = dress, shelf

    def all(self, nodes: Sequence[Any]) -> str:
        """Write nodes; a switch such as \\em holds for what follows it in its group."""
        written: list[str] = []
        for place, node in enumerate(nodes):
            if isinstance(node, LatexMacroNode) and node.macroname in SWITCHES:
                return "".join(written) + self.dress.element(ELEMENTS[node.macroname], self.all(nodes[place + 1 :]))
            written.append(self.one(node))
        return "".join(written)

    def one(self, node: Any) -> str:
        if isinstance(node, LatexCharsNode):
            return self._text(node.chars)
        if isinstance(node, LatexGroupNode):
            return self._group(node)
        if isinstance(node, LatexMacroNode):
            return self._macro(node)
        if isinstance(node, LatexEnvironmentNode) and node.environmentname in LISTS:
            return self._text(" ".join(str(_reader.node_to_text(node)).split()))
        return self.dress.verbatim(self._typed(node)) if node is not None else ""

    def _group(self, node: Any) -> str:
        """Braces that serve LaTeX vanish; a set {0, 1} in plain words keeps them."""
        typed, inside = self._typed(node), self.all(node.nodelist)
        if "\\" in typed or PROTECTED.fullmatch(typed[1:-1]) or node.delimiters != ("{", "}") or typed == "{}":
            return inside
        return self.dress.text("{") + inside + self.dress.text("}")

    def _macro(self, node: Any) -> str:
        name, arguments = node.macroname, [each for each in (node.nodeargd.argnlist if node.nodeargd else ()) if each is not None]
        if name == "url" and arguments:
            return self._link(self._words(arguments[0]), self.dress.verbatim(self._words(arguments[0])))
        if name == "href" and len(arguments) == 2:
            return self._link(self._words(arguments[0]), self._inside(arguments[1]))
        if name in ELEMENTS and arguments:
            return self.dress.element(ELEMENTS[name], self._inside(arguments[-1]))
        if name in NAMES:
            return self.dress.text(name + node.macro_post_space)
        if name in AS_TYPED or _reader_context.get_macro_spec(name) is None:
            return self.dress.verbatim(self._typed(node))
        return self._text(self._symbol(node))

    def _symbol(self, node: Any) -> str:
        """A letter with its accent, or a sign; the blank behind it counts unless the letter goes on a word."""
        sign = str(_reader.node_to_text(node))
        goes_on = len(sign) == 1 and sign.isalpha() and ord(sign) < 0x250
        return sign if goes_on else sign + node.macro_post_space

    def _inside(self, node: Any) -> str:
        return self.all(node.nodelist) if isinstance(node, LatexGroupNode) else self.one(node)

    def _link(self, address: str, inside: str) -> str:
        return self.dress.link(address, inside) if ADDRESS.fullmatch(address) else inside

    def _words(self, node: Any) -> str:
        """An argument as typed, but for the backslashes before signs that LaTeX would act on."""
        typed = self._typed(node)
        inside = typed[1:-1] if isinstance(node, LatexGroupNode) else typed
        return re.sub(r"\\([%#&_$~{}])", r"\1", inside).strip()

    def _typed(self, node: Any) -> str:
        return self.shelf.back(node.latex_verbatim())

    def _text(self, prose: str) -> str:
        return self.dress.text(self.shelf.back(prose))
