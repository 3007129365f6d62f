"""Bookmarks as browsers and linkding write them (Netscape's HTML): each link that names a paper, with its tags and its words."""

import html
import re
from collections.abc import Iterable, Iterator

from papers import identity
from papers.formats.rejection import Entry, Rejection, named

SIGN = re.compile(r"<!DOCTYPE\s+NETSCAPE-Bookmark|<DT>\s*<A\b", re.IGNORECASE)
LINK = re.compile(r"<A\s+([^>]*)>(.*?)(?:</A>|$)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(\w+)\s*=\s*\"([^\"]*)\"")
WORDS, ITS_END = re.compile(r"<DD>(.*)", re.IGNORECASE | re.DOTALL), re.compile(r"</?(?:DT|DL|H3|HR)\b", re.IGNORECASE)
NOTES = re.compile(r"\[/?linkding-notes\]")
LONGEST, MOST_SHOWN = 50_000, 120  # characters of the words beside a link, and of a link that is not understood


def read_bookmarks(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield an id for every link, and a rejection for one that names no paper."""
    link: tuple[int, str, tuple[str, ...]] | None = None
    words = ""
    for number, line in enumerate(lines, start=1):
        found = LINK.search(line)
        if link and (found or ITS_END.search(line)):
            yield from _entry(*link, words)
            link, words = None, ""
        if found:
            attributes = {name.lower(): html.unescape(value) for name, value in ATTRIBUTE.findall(found[1])}
            tags = tuple(filter(None, (tag.strip() for tag in attributes.get("tags", "").split(","))))
            link = number, attributes.get("href", ""), tags
            line = line[found.end() :]
        if link and len(words) < LONGEST and (words or WORDS.search(line)):
            words += line
    if link:
        yield from _entry(*link, words)


def _entry(line: int, address: str, tags: tuple[str, ...], words: str) -> Iterator[Entry]:
    place, identifier = f"line {line}", identity.any_id(address)
    if not identifier:
        yield Rejection(place, "link", f"there is no arXiv id and no DOI in “{address[:MOST_SHOWN]}”")
        return
    found = WORDS.search(words)
    text = html.unescape(ITS_END.split(found[1])[0]) if found else ""
    parts = [part.strip() for part in NOTES.split(text)]
    yield from named(place, identifier, note="\n\n".join(filter(None, parts)), tags=tags)
