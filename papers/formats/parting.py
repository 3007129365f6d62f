"""Several texts in one, where a format has one field for all: joined by a sign, and told apart again, whatever they hold."""

import re
from collections.abc import Iterable

PART = re.compile(r"((?:[^;\\]|\\.)*)(?:;|$)", re.DOTALL)


def joined(texts: Iterable[str]) -> str:
    r"""Return "one; two"; a semicolon within is written "\;"."""
    return "; ".join(re.sub(r"[\\;]", r"\\\g<0>", text) for text in texts)


def parted(text: str) -> list[str]:
    """Return what joined() joined."""
    found = (re.sub(r"\\(.)", r"\1", part).strip() for part in PART.findall(text))
    return [part for part in found if part]
