"""LaTeX of somebody else's file as Unicode; mathematics is left alone."""

import re
from functools import cache
from typing import Any

LATEX = re.compile(r"[\\${}~%]|--|``|''")

# Commands of our own writing that the decoder does not know.
KNOWN = {"braceleft": r"\{", "braceright": r"\}", "quotedbl": '"', "bar": "|", "less": "<", "greater": ">"}
UNKNOWN = re.compile(r"\\text(" + "|".join(KNOWN) + r")(?:\{\}|\b\s*)")


def plain(value: str) -> str:
    """Return a field's text on one line: accents as letters, braces gone. Raises nothing."""
    if not LATEX.search(value):
        return " ".join(value.split())
    if "\\" not in value and "$" not in value and "~" not in value and "%" not in value and "--" not in value and "''" not in value:
        return " ".join(value.replace("{", "").replace("}", "").split())
    try:
        return " ".join(str(_decoder().latex_to_text(UNKNOWN.sub(lambda found: KNOWN[found[1]], value))).split())
    except Exception:  # whatever is wrong with somebody's LaTeX, the words are still there
        return " ".join(value.split())


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="verbatim", keep_comments=True)
