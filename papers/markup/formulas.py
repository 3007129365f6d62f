"""A formula as MathML that is safe to show: made by latex2mathml, then only known elements and attributes are written out."""

import re
from functools import lru_cache
from html import escape
from xml.etree.ElementTree import Element

from latex2mathml.commands import FUNCTIONS
from latex2mathml.converter import convert_to_element
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import get_default_latex_context_db

from papers.markup.letters import styled, with_scripts
from papers.markup.pieces import Formula

LONGEST, DEEPEST, WIDE = 2_000, 30, 60  # characters; braces in braces; characters from which a line may be too short
UNSAFE = re.compile(r"\\(?:(?:re)?new|provide|def\b|let\b|Declare|unicode|verb|rule|href|input|include|class|cssId|style(?![a-z]))")
CHARACTER = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
SMALL_LENGTH = re.compile(r"[+-]?\d?(?:\.\d{1,4})?(?:em|ex|pt|px|mu)")
PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
ELEMENTS = {*PARTS, *"math mrow mi mn mo mtext mspace msqrt mtable mtr mtd mstyle mpadded mphantom menclose".split()}
WORDS = {"true", "false", "prefix", "postfix", "infix", "0", "1", "2", "left", "right", "center"}
ATTRIBUTES = set("stretchy fence form accent movablelimits largeop displaystyle scriptlevel columnalign".split())
LENGTHS = {"width", "height", "depth", "lspace", "rspace", "voffset", "minsize", "maxsize", "linethickness"}
MISTAKEN = {"~": "∼", "―": "_"}  # characters that latex2mathml takes for \sim and \underline
OPERATORS = {"∼", "⟨", "⟩", "⌈", "⌉", "⌊", "⌋", "…", "⋯"}
BLANK = re.compile(r"(?<=[\w)\]])(?=\\([A-Za-z]+))|\\([A-Za-z]+)\s+(?=[\w\\])")
_walker = get_default_latex_context_db()
_reader = LatexNodes2Text(math_mode="text")


class Unreadable(ValueError):
    """A formula that cannot be shown otherwise than as typed."""


@lru_cache(4_096)
def mathml(formula: Formula, *, displayed: bool) -> str:
    """Return a formula as HTML: MathML, or as typed in <code> where it cannot be read. Raises nothing.

    Args:
        displayed: on a line of its own.
    """
    try:
        _check(formula.body)
        tree = convert_to_element(formula.body, display="block" if displayed else "inline")
        written = _write(tree)
    except Exception:  # whatever is wrong with somebody's LaTeX, it is still there as typed
        return f"<code>{escape(formula.typed)}</code>"
    if displayed:
        return f'<span class="formula formula--displayed" tabindex="0">{written}</span>'
    return f'<span class="formula">{written}</span>' if len(formula.body) > WIDE else written


@lru_cache(4_096)
def unicode(formula: Formula) -> str:
    """Return a formula in one line of Unicode, as near as that comes; as typed where it cannot be read."""
    try:
        _check(formula.body)
        source = BLANK.sub(_kept_blank, with_scripts(formula.body.replace(r"\|", "‖").replace(r"\colon", ":")))
        return " ".join(str(_reader.latex_to_text(source)).split()) or formula.typed
    except Exception:
        return formula.typed


def _kept_blank(found: re.Match[str]) -> str:
    """LaTeX ignores the blanks beside a command; a reader wants those of "n log n"."""
    if found[1]:
        return " " if rf"\{found[1]}" in FUNCTIONS else ""
    known = _walker.get_macro_spec(found[2])
    takes_nothing = known is None or not known.args_parser.argspec
    return rf"\{found[2]}{{}} " if takes_nothing else found[0]


def _check(body: str) -> None:
    """Refuse what is too long, too deep, defines something, or leaves mathematics."""
    depth = deepest = 0
    for sign in body:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    if len(body) > LONGEST or deepest > DEEPEST or UNSAFE.search(body):
        raise Unreadable


def _write(element: Element) -> str:
    tag, children = element.tag, list(element)
    if tag not in ELEMENTS or PARTS.get(tag, len(children)) != len(children):
        raise Unreadable
    style = element.get("mathvariant", "")
    text = CHARACTER.sub(lambda found: chr(int(found[1], 16)), element.text or "")
    if re.match(r"\\[A-Za-z]|[{}]", text) and tag == "mi":
        raise Unreadable  # a command that latex2mathml does not know
    if tag == "mi" or tag == "mo":
        text = MISTAKEN.get(text, text)
        tag = "mo" if text in OPERATORS else tag
    shown = escape(styled(text, style))
    inside = shown + "".join(map(_write, children)) if tag not in {"mrow", "math"} else shown + _row(children)
    return f"<{tag}{_attributes(element, style)}>{inside}</{tag}>"


def _row(children: list[Element]) -> str:
    """Set names of functions apart from what stands beside them, as LaTeX does."""
    written: list[str] = []
    for before, child in zip([None, *children], children, strict=False):
        named = _is_function(child) and before is not None and before.tag != "mo"
        if named or (before is not None and _is_function(before) and child.tag != "mo"):
            written.append('<mspace width="0.167em"></mspace>')
        written.append(_write(child))
    return "".join(written)


def _is_function(element: Element) -> bool:
    base = element[0] if element.tag in {"msub", "msup", "msubsup"} and len(element) else element
    return base.tag == "mi" and rf"\{base.text}" in FUNCTIONS


def _attributes(element: Element, style: str) -> str:
    kept = [(name, value) for name, value in element.items() if name in ATTRIBUTES and value in WORDS]
    kept += [(name, value) for name, value in element.items() if name in LENGTHS and SMALL_LENGTH.fullmatch(value)]
    if element.tag == "math" and element.get("display") == "block":
        kept.append(("display", "block"))
    if element.tag == "mi" and style == "normal":
        kept.append(("mathvariant", "normal"))
    return "".join(f' {name}="{value}"' for name, value in kept)
