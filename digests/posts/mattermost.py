"""Mattermost: Markdown. https://developers.mattermost.com/integrate/webhooks/incoming/"""

from typing import Any

from digests.posts.bulletin import LONGEST_TITLE, Bulletin, Entry, cut, escaped, within

LONGEST = 16_000  # of 16,383 characters
MARKUP = "\\`*_{}[]()<>#+-.!|~:"


def content(bulletin: Bulletin) -> dict[str, Any]:
    head = [f"#### {_escaped(bulletin.title)}", *([_escaped(bulletin.lead)] if bulletin.lead else [])]
    last = f"[{_escaped(bulletin.more)}]({bulletin.url})"
    pieces = [text for part in bulletin.parts for text in (f"**{_escaped(part.heading)}**", *map(_entry, part.entries))]
    room = LONGEST - sum(len(piece) + 2 for piece in (*head, last))
    return {"text": "\n\n".join([*head, *within(pieces, room, between="\n\n"), last])}


def _entry(entry: Entry) -> str:
    return "\n".join([f"[{_escaped(cut(entry.title, LONGEST_TITLE))}]({entry.url})", *map(_escaped, entry.lines)])


def _escaped(text: str) -> str:
    return escaped(text, MARKUP)
