"""Names of authors as papers give them, and as reference managers want them: in parts."""

import re

GROUP = re.compile(r"\band\b|,.*,.*,|\b(collaboration|consortium|group|project|team)\b", re.IGNORECASE)
PARTICLES = {
    "van",
    "von",
    "der",
    "den",
    "de",
    "del",
    "della",
    "di",
    "da",
    "dos",
    "du",
    "la",
    "le",
    "ter",
    "ten",
    "zu",
    "zur",
    "af",
    "av",
    "bin",
    "ibn",
}
ENDING = re.compile(r"jr\.?|sr\.?|i{2,3}|iv", re.IGNORECASE)


def is_group(name: str) -> bool:
    """Tell the name of a collaboration, which no program may take apart, from that of a person."""
    return bool(GROUP.search(name))


def parts(name: str) -> tuple[str, str, str]:
    """Return given names, family name with its particles, and what follows it: ("Ludwig", "van Beethoven", "")."""
    text, _comma, ending = (piece.strip() for piece in name.partition(","))
    if ending and not ENDING.fullmatch(ending):  # "Doe, Jane"
        return ending, text, ""
    words = text.split()
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:]), ending


def family_first(name: str) -> str:
    """Return "van Beethoven, Ludwig" or "Doe, Jane, Jr.", and the name of a group as it is."""
    if is_group(name):
        return name
    given, family, ending = parts(name)
    return ", ".join(filter(None, (family, given, ending))) if given else family


def in_order(name: str) -> str:
    """Return "Ashish Vaswani" for "Vaswani, Ashish", and "J. Doe, Jr." for "Doe, J., Jr."."""
    pieces = [piece.strip() for piece in name.split(",")]
    if len(pieces) == 2 and ENDING.fullmatch(pieces[1]):
        return ", ".join(pieces)
    ending = f", {pieces[2]}" if len(pieces) > 2 and pieces[2] else ""
    return f"{pieces[1]} {pieces[0]}".strip() + ending if len(pieces) > 1 else name.strip()
