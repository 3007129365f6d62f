"""A title or an abstract as safe HTML, and as one line of plain text."""

import re
from collections.abc import Callable
from functools import lru_cache

from papers.markup.commands import Dress, dressed
from papers.markup.dresses import HtmlDress, MarkdownDress, WordsDress, in_dollars
from papers.markup.formulas import mathml, unicode
from papers.markup.pieces import Formula, pieces
from papers.markup.typography import escaped, typeset, with_marks, with_quotes, with_whole_commands, without_marks

LATEX = re.compile(r"[$\\]")
LIST_ITEM = re.compile(r"^(\d*)([-+.)])(?=\s)")  # what Markdown would begin a list with
LONGEST, LONGEST_TO_KEEP = 20_000, 6_000  # characters of prose that is read, and of a text that is remembered
MOST_FORMULAS = 500  # in a text; more of them are shown as typed
FIRST_PLACE = 0xF0000  # private characters, each of which stands for a formula while the prose around it is read
PRIVATE = re.compile("[\U000f0000-\U0010fffd]")
PLACE = re.compile(f"[{chr(FIRST_PLACE)}-{chr(FIRST_PLACE + 0xFFFD)}]")


def html(text: str, *, in_line: bool = True) -> str:
    """Return a text with LaTeX as safe HTML; what cannot be read stands there as typed. Raises nothing.

    Args:
        in_line: for titles, which may stand in a link: no links, and no formula on a line of its own.
            What stands between START and STOP becomes <mark>.
    """
    if not LATEX.search(text):
        return _plain_html(text)
    return _html(text, in_line) if len(text) <= LONGEST_TO_KEEP else _html.__wrapped__(text, in_line)


def plain(text: str) -> str:
    """Return a text with LaTeX as people would type it without: "$\\alpha^2$" as "α²". Raises nothing."""
    if not LATEX.search(text):
        return typeset(with_quotes(without_marks(text)))
    return _plain(text) if len(text) <= LONGEST_TO_KEEP else _plain.__wrapped__(text)


def in_markdown(text: str) -> str:
    """Return a text with LaTeX as Markdown on one line, formulas between dollars; everything else that means something is escaped."""
    template, formulas = _apart(without_marks(text))
    prose = _read(template, MarkdownDress(), otherwise=MarkdownDress().verbatim)
    line = " ".join(_together(prose, [in_dollars(formula) for formula in formulas]).split())
    return LIST_ITEM.sub(r"\1\\\2", line)


def without_formulas(text: str) -> str:
    """Return the prose of a text in plain words; a comma stands for each formula."""
    if not LATEX.search(text):
        return text
    prose, _formulas = _apart(text)
    return PLACE.sub(" , ", _read(prose, WordsDress(), otherwise=str))


@lru_cache(1_024)
def _html(text: str, in_line: bool) -> str:
    template, formulas = _apart(text)
    prose = with_marks(_read(with_whole_commands(template), HtmlDress(in_line), otherwise=escaped))
    return _together(prose, [_shown(formula, displayed=formula.is_displayed and not in_line) for formula in formulas])


@lru_cache(1_024)
def _plain(text: str) -> str:
    template, formulas = _apart(without_marks(text))
    prose = _read(template, WordsDress(), otherwise=str)
    return " ".join(_together(prose, [unicode(formula) for formula in formulas]).split())


def _plain_html(text: str) -> str:
    return with_marks(escaped(typeset(with_quotes(text))))


def _apart(text: str) -> tuple[str, list[Formula]]:
    """Return a text with a private character for each formula, and the formulas."""
    parts: list[str] = []
    formulas: list[Formula] = []
    for piece in pieces(PRIVATE.sub("", text)):
        if isinstance(piece, str) or len(formulas) >= MOST_FORMULAS:
            parts.append(piece if isinstance(piece, str) else piece.typed)
        else:
            parts.append(chr(FIRST_PLACE + len(formulas)))
            formulas.append(piece)
    return "".join(parts), formulas


def _together(prose: str, shown: list[str]) -> str:
    return PLACE.sub(lambda found: shown[ord(found[0]) - FIRST_PLACE], prose)


def _read(prose: str, dress: Dress, *, otherwise: Callable[[str], str]) -> str:
    prose = with_quotes(prose)
    if "\\" not in prose:
        return dress.text(prose)
    if len(prose) > LONGEST:
        return otherwise(prose)
    try:
        return dressed(prose, dress) or otherwise(prose)
    except Exception:  # whatever is wrong with somebody's LaTeX, the words are still there
        return otherwise(prose)


def _shown(formula: Formula, *, displayed: bool) -> str:
    """A formula in which something was marked is marked as a whole."""
    bare = without_marks(formula.typed)
    if bare == formula.typed:
        return mathml(formula, displayed=displayed)
    unmarked = Formula(bare, without_marks(formula.body), formula.is_displayed)
    return f"<mark>{mathml(unmarked, displayed=displayed)}</mark>"
