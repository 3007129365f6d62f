"""Several texts in one, where a format has one field for all: joined by a sign, and told apart again, whatever they hold."""

import csv
import re
from collections.abc import Iterable

QUOTE = '"'
PART = re.compile(r"((?:[^;\\]|\\.)*)(?:;|$)", re.DOTALL)


def joined(texts: Iterable[str]) -> str:
    r"""Return "one; two"; a semicolon within is written "\;"."""
    return "; ".join(re.sub(r"[\\;]", r"\\\g<0>", text) for text in texts)


def parted(text: str) -> list[str]:
    """Return what joined() joined."""
    found = (re.sub(r"\\(.)", r"\1", part).strip() for part in PART.findall(text))
    return [part for part in found if part]


def in_commas(texts: Iterable[str]) -> str:
    """Return "one, two", as people write it; what holds a comma or a quote is quoted."""
    return ", ".join(f'"{text.replace(QUOTE, QUOTE * 2)}"' if "," in text or QUOTE in text else text for text in texts)


def from_commas(text: str) -> list[str]:
    """Return what in_commas() joined, or somebody typed."""
    found = next(csv.reader([" ".join(text.split())], skipinitialspace=True), [])
    return [part.strip() for part in found if part.strip()]
