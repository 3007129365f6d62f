"""Letters of mathematics in Unicode: bold, script and double-struck ones, superscripts and subscripts."""

import re
import unicodedata
from functools import cache

STYLES = {
    "bold": ("BOLD",),
    "italic": ("ITALIC",),
    "bold-italic": ("BOLD ITALIC", "BOLD"),
    "script": ("SCRIPT",),
    "bold-script": ("BOLD SCRIPT",),
    "fraktur": ("FRAKTUR", "BLACK-LETTER"),
    "bold-fraktur": ("BOLD FRAKTUR",),
    "double-struck": ("DOUBLE-STRUCK",),
    "sans-serif": ("SANS-SERIF",),
    "bold-sans-serif": ("SANS-SERIF BOLD",),
    "sans-serif-italic": ("SANS-SERIF ITALIC",),
    "monospace": ("MONOSPACE",),
}
RAISED = dict(zip("0123456789+-=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ", strict=True))
LOWERED = dict(zip("0123456789+-=()aeoxhklmnpstij", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ", strict=True))
SCRIPT = re.compile(r"([\^_])(?:\{([^{}\\^_]{1,20})\}|([0-9A-Za-z+*-]))")


def styled(text: str, style: str) -> str:
    """Return a text in another alphabet of mathematics, as browsers want it instead of the attribute `mathvariant`."""
    return "".join(_styled(sign, style) for sign in text)


def with_scripts(formula: str) -> str:
    """Return a formula with its short superscripts and subscripts as Unicode has them, for LaTeX to read on."""
    return SCRIPT.sub(_script, formula)


@cache
def _styled(sign: str, style: str) -> str:
    name = unicodedata.name(sign, "").removeprefix("LATIN ").removeprefix("GREEK ").replace(" LETTER ", " ")
    for word in STYLES.get(style, ()):
        for candidate in (f"MATHEMATICAL {word} {name}", f"{word} {name}"):
            try:
                return unicodedata.lookup(candidate)
            except KeyError:
                continue
    return sign


def _script(found: re.Match[str]) -> str:
    inside = found[2] or found[3]
    signs = RAISED if found[1] == "^" else LOWERED
    if all(sign in signs for sign in inside):
        return "{}" + "".join(signs[sign] for sign in inside)  # or it would go on the name of a command before it
    return f"{found[1]}({inside})" if len(inside) > 1 else found[0]
