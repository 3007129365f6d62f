"""Texts as LaTeX, and back."""

import re

SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # \{ would count as a brace where BibTeX looks for the end of a field
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}
# What pandoc takes for mathematics: no blank inside the dollars, no digit after them.
MATHEMATICS = re.compile(r"(?<!\\)\$(?=\S)([^$&#%]+?)(?<=\S)(?<!\\)\$(?!\d)")
BACK = {latex: sign for sign, latex in SPECIALS.items()}
OURS = re.compile("|".join(map(re.escape, sorted(BACK, key=len, reverse=True))) + r"|(\$[^$&#%]+\$)|[^\\{}~^<>|\"$&#%_]")


def escape(text: str) -> str:
    """Return text as LaTeX for that text; letters of any script stay as they are."""
    return "".join(SPECIALS.get(sign, sign) for sign in " ".join(text.split()))


def title_field(title: str) -> str:
    """Escape a title but for its mathematics, and brace what a style must not turn into small letters."""
    return "".join("{" + piece + "}" if is_formula else _prose(piece, title) for piece, is_formula in _pieces(title))


def text_field(text: str) -> str:
    """Escape an abstract or a note but for its mathematics; lines stay lines."""
    return "".join(piece if is_formula else _signs(piece) for piece, is_formula in _pieces(text))


def read_text_field(field: str) -> str | None:
    """Return what text_field() wrote, or None for LaTeX that somebody else wrote."""
    parts, place = [], 0
    while place < len(field):
        found = OURS.match(field, place)
        if not found:
            return None
        parts.append(BACK.get(found[0], found[0]))
        place = found.end()
    return "".join(parts)


def verbatim(text: str) -> str:
    """Addresses and ids are printed as they stand; only what would end the field is spelt as in an address."""
    return re.sub(r"[{}\\\s]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def _signs(text: str) -> str:
    return "".join(SPECIALS.get(sign, sign) for sign in text)


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Prose and formulas, in turn."""
    found, last = [], 0
    for formula in MATHEMATICS.finditer(text):
        if _is_balanced(formula[1]):
            found += [(text[last : formula.start()], False), (formula[0], True)]
            last = formula.end()
    return [*found, (text[last:], False)]


def _prose(text: str, title: str) -> str:
    """Brace names: in a title that begins most words with small letters every later capital means something."""
    words = re.findall(r"[^\W\d_]\w+", title)[1:]
    sentence_case = sum(word[0].islower() for word in words) > len(words) / 2
    first = re.search(r"[^\s]+", title)
    pieces = re.split(r"(\s+)", text)
    return "".join(_word(piece, protect=sentence_case and bool(first) and piece != first[0]) for piece in pieces)  # type: ignore[index]


def _word(word: str, *, protect: bool) -> str:
    if not word or word.isspace():
        return " " if word else ""
    letters = [sign for sign in word if sign.isalpha()]
    meant = any(sign.isupper() for sign in letters[1:]) or (protect and bool(letters) and letters[0].isupper())
    return "{" + escape(word) + "}" if meant else escape(word)


def _is_balanced(mathematics: str) -> bool:
    """Tell whether braces match the way BibTeX counts them, which knows no escapes, and nothing else is in doubt."""
    depth = 0
    for sign in mathematics:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0 and not mathematics.endswith("\\")
