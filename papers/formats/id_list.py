"""A plain list of ids or links, one or several a line; also the links of a page or of a browser's bookmarks."""

import re
from collections.abc import Iterable, Iterator

from papers import identity
from papers.formats.rejection import Named, Rejection

LONGEST_LINE = 20_000  # bytes that are looked at
BETWEEN = re.compile(r"[\s\"'<>]+")
MOST_SHOWN = 120  # characters of a line that is not understood


def read_ids(lines: Iterable[bytes]) -> Iterator[Named | Rejection]:
    """Yield every paper that a line names, each once in the file, and a rejection for a line that names none.

    Args:
        lines: of the file, as bytes. Empty ones, those that begin with "#", and a page's tags without a link are passed over.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        text = line[:LONGEST_LINE].decode("utf-8-sig", "replace").strip()
        if not text or text.startswith("#") or (text.startswith("<") and "href" not in text.lower()):
            continue
        found = _ids(text)
        if not found:
            yield Rejection(f"line {number}", "id", f"there is no arXiv id and no DOI in “{text[:MOST_SHOWN]}”")
        for identifier in found:
            if identifier not in seen:
                seen.add(identifier)
                yield Named(f"line {number}", identifier)


def _ids(text: str) -> list[str]:
    """All ids of a line: the line as one spelling, else each of its words."""
    if whole := identity.any_id(text):
        return [whole]
    words = (word.strip(",;()[]{}") for word in BETWEEN.split(text))
    return list(dict.fromkeys(found for found in map(identity.any_id, words) if found))
