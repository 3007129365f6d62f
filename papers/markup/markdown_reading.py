"""How Markdown is read: markdown-it with formulas, @handles and bare links, without what is not wanted."""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from papers.markup.formulas import mathml
from papers.markup.pieces import Formula, end_of_search, formula_at

DEEPEST = 20  # quotes and lists in one another
MOST_FORMULAS, MOST_MENTIONS, MOST_LINES = 200, 50, 100  # in a text; in a text; of one displayed formula
OVERRIDES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ufeff]")  # signs that only deceive
OPENER = re.compile(r"\$\$?|\\[(\[]|\\begin\{[a-z]+\*?\}")
DISPLAYED = ("$$", r"\[", r"\begin{")
MENTION = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?)(?![\w@-]|\.\w)")
INSIDE_A_WORD = re.compile(r"[\w/.@-]@")
ADDRESS = re.compile(r"(?:https?|mailto):[^\s\\]*|/(?![/\\])[^\s\\]*", re.IGNORECASE)
BARE_LINK = re.compile(r"\bhttps?://[^\s<>\"`]{1,2000}", re.IGNORECASE)
ALIGNED = re.compile(r"text-align:(right|center)")


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text, as markdown-it calls them: blocks, those of type "inline" with children."""
    return reader.parse(OVERRIDES.sub("", text))


def _inline_formula(state: StateInline, silent: bool) -> bool:
    opener = OPENER.match(state.src, state.pos)
    unclosed = state.env.setdefault("unclosed", {})  # up to where no formula ends that begins so; else a long text would take long
    if opener is None or state.pos < unclosed.get((state.src, opener[0]), 0) or state.env.get("formulas", 0) >= MOST_FORMULAS:
        return False
    found = formula_at(state.src, state.pos)
    if found is None or state.pos + len(found.typed) > state.posMax:
        if opener[0] != "$":
            unclosed[state.src, opener[0]] = end_of_search(state.src, state.pos)
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.meta = found.typed, {"formula": found}
        state.env["formulas"] = state.env.get("formulas", 0) + 1
    state.pos += len(found.typed)
    return True


def _displayed_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula that begins a line and ends one, whatever stands between: it may look like a list."""
    place = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith(DISPLAYED, place):
        return False
    last = min(end, start + MOST_LINES)
    lines = state.getLines(start, last, state.blkIndent, False)
    offset = len(lines) - len(lines.lstrip())
    found = formula_at(lines, offset)
    if found is None or not found.is_displayed or lines[offset + len(found.typed) :].partition("\n")[0].strip(" ."):
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.meta, token.block = found.typed, {"formula": found}, True
        state.line = start + lines[: offset + len(found.typed)].count("\n") + 1
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    found = MENTION.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "@" else None
    if found is None or INSIDE_A_WORD.match(state.src, state.pos - 1) or state.linkLevel or state.env.get("mentions", 0) >= MOST_MENTIONS:
        return False
    if not silent:
        state.push("mention", "", 0).content = found[1].lower()
        state.env["mentions"] = state.env.get("mentions", 0) + 1
    state.pos = found.end()
    return True


def _tidied(state: StateCore) -> None:
    """Give bare links their links, images too; and take headings out of the outline of the page."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
            token.attrs = {"class": "prose__heading"} if token.nesting == 1 else {}
        elif token.type in {"th_open", "td_open"}:
            aligned = ALIGNED.search(str(token.attrs.pop("style", "")))
            token.attrs |= {"class": f"align-{aligned[1]}"} if aligned else {}
        elif token.children:
            token.children = list(_linked(token.children))


def _linked(children: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in children:
        depth += token.nesting * (token.type in {"link_open", "link_close"})
        if token.type == "image":
            yield from _link(str(token.attrs["src"]), token.content or str(token.attrs["src"]), wanted=not depth)
        elif token.type == "text" and not depth and "://" in token.content:
            yield from _parted(token.content)
        else:
            yield token


def _parted(text: str) -> Iterator[Token]:
    done = 0
    for found in BARE_LINK.finditer(text):
        address = _without_what_follows(found[0])
        yield Token("text", "", 0, content=text[done : found.start()])
        yield from _link(reader.normalizeLink(address), address, wanted=reader.validateLink(address))
        done = found.start() + len(address)
    yield Token("text", "", 0, content=text[done:])


def _without_what_follows(address: str) -> str:
    """A full stop and a bracket behind an address belong to the sentence, unless the bracket was opened in it."""
    while address[-1] in ".,;:!?'*_~" or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address


def _link(address: str, words: str, *, wanted: bool) -> Iterator[Token]:
    text = Token("text", "", 0, content=words)
    yield from [Token("link_open", "a", 1, attrs={"href": address}), text, Token("link_close", "a", -1)] if wanted else [text]


class _Renderer(RendererHTML):
    """Writes what markdown-it does not know; everything still goes through nh3."""

    def formula(self, tokens: Sequence[Token], place: int, options: Any, env: MutableMapping[str, Any]) -> str:
        found: Formula = tokens[place].meta["formula"]
        shown = mathml(found, displayed=found.is_displayed)
        return f"<p>{shown}</p>\n" if tokens[place].block else shown

    def mention(self, tokens: Sequence[Token], place: int, options: Any, env: MutableMapping[str, Any]) -> str:
        handle = tokens[place].content
        address = env["people"].get(handle)
        if address is None:
            return f"@{handle}"
        return f'<a class="mention" href="{escape(address)}">@{handle}</a>' if address else f'<strong class="mention">@{handle}</strong>'

    def table_open(self, tokens: Sequence[Token], place: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return '<div class="prose__table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], place: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return "</table></div>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return super().code_block(tokens, idx, options, env).replace("<pre", '<pre tabindex="0"', 1)

    code_block = fence


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST}, renderer_cls=_Renderer)
    made.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    made.inline.ruler.before("escape", "formula", _inline_formula)
    made.inline.ruler.after("formula", "mention", _mention)
    made.block.ruler.before("fence", "formula", _displayed_formula, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    made.core.ruler.push("tidied", _tidied)
    made.validateLink = lambda url: ADDRESS.fullmatch(url) is not None  # type: ignore[method-assign]
    return made


reader = _made()
