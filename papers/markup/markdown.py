"""What readers write, in Markdown with LaTeX: as safe HTML, as plain text for mails, as an excerpt of one line.

CommonMark with tables and strikethrough. What it leaves out, it leaves out for readers' sake: raw HTML, images
(whoever keeps a picture would learn who reads it), headings of their own rank, links by reference.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

import nh3

from papers.markup.markdown_reading import reader, tokens_of
from papers.markup.markdown_words import words_of

LONGEST, LONGEST_TO_KEEP = 20_000, 6_000  # characters of a text that is read, and of one that is remembered
LONGEST_SHOWN = 300_000  # characters of HTML; what would become more is shown as typed
HTML = "p br hr em strong s code pre blockquote ul ol li a table thead tbody tr th td div span"
MATHML = "math mrow mi mn mo mtext mspace msqrt mroot mfrac msub msup msubsup munder mover munderover mtable mtr mtd mstyle mpadded"
MATHML_ATTRIBUTES = set("stretchy fence form accent movablelimits largeop displaystyle scriptlevel columnalign".split())
MATHML_ATTRIBUTES |= set("width height depth lspace rspace voffset minsize maxsize linethickness".split())
_mathml = {*MATHML.split(), "mphantom", "menclose"}
_cleaner = nh3.Cleaner(
    tags={*HTML.split(), *_mathml},
    attributes={"a": {"href"}, "ol": {"start"}, "math": {"display"}} | dict.fromkeys(_mathml - {"math"}, MATHML_ATTRIBUTES),
    tag_attribute_values={name: {"tabindex": {"0"}} for name in ("span", "div", "pre")},
    allowed_classes={
        "span": {"formula", "formula--displayed"},
        "div": {"prose__table"},
        "p": {"prose__heading"},
        "a": {"mention"},
        "strong": {"mention"},
        "th": {"align-right", "align-center"},
        "td": {"align-right", "align-center"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
    strip_comments=True,
)


def html(text: str, *, people: Mapping[str, str] | None = None) -> str:
    """Return what a reader wrote as safe HTML. Raises nothing; what cannot be read stands there as typed.

    Args:
        people: the addresses of those who are mentioned, by handle; "" for somebody without a page.
            Other handles stay words.
    """
    known = tuple(sorted((people or {}).items()))
    return _html(text, known) if len(text) <= LONGEST_TO_KEEP else _html.__wrapped__(text, known)


def plain(text: str) -> str:
    """Return what a reader wrote as plain text with its paragraphs, formulas in Unicode. Raises nothing."""
    try:
        return words_of(tokens_of(text)) if len(text) <= LONGEST else text
    except Exception:  # whatever is wrong with somebody's Markdown, the words are still there
        return text


def excerpt(text: str, *, length: int = 200) -> str:
    """Return the beginning of what a reader wrote, in one line of plain text.

    Args:
        length: characters at most.
    """
    line = " ".join(plain(text[:LONGEST]).split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0][: length - 1].rstrip(" ,;:.") + "…"


def mentioned(text: str) -> list[str]:
    """Return the handles that a text mentions as @handle, each once, in their order; code mentions nobody."""
    try:
        tokens = tokens_of(text) if len(text) <= LONGEST else []
    except Exception:
        return []
    return list(dict.fromkeys(child.content for token in tokens for child in token.children or () if child.type == "mention"))


@lru_cache(1_024)
def _html(text: str, people: tuple[tuple[str, str], ...]) -> str:
    try:
        shown = reader.renderer.render(tokens_of(text), reader.options, {"people": dict(people)}) if len(text) <= LONGEST else ""
    except Exception:  # whatever is wrong with somebody's Markdown, the words are still there
        shown = ""
    if not shown or len(shown) > LONGEST_SHOWN:
        return _as_typed(text)
    return _cleaner.clean(shown)


def _as_typed(text: str) -> str:
    paragraphs = [escape(paragraph).replace("\n", "<br>") for paragraph in text.split("\n\n") if paragraph.strip()]
    return _cleaner.clean("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))
