"""Matrix, by way of the generic webhooks of matrix-hookshot: text, and the same as HTML.

https://matrix-org.github.io/matrix-hookshot/latest/setup/webhooks.html
"""

from html import escape
from typing import Any

from digests.posts.bulletin import LONGEST_TITLE, Bulletin, Entry, cut, within

LONGEST = 16_000  # characters of each; an event has 65,536 bytes


def content(bulletin: Bulletin) -> dict[str, Any]:
    return {"text": _text(bulletin), "html": _html(bulletin), "username": bulletin.sender}


def _text(bulletin: Bulletin) -> str:
    pieces = [text for part in bulletin.parts for text in (part.heading, *map(_plain, part.entries))]
    first = [bulletin.title, *([bulletin.lead] if bulletin.lead else [])]
    return "\n\n".join([*first, *within(pieces, LONGEST, between="\n\n"), f"{bulletin.more}: {bulletin.url}"])


def _plain(entry: Entry) -> str:
    return "\n".join([cut(entry.title, LONGEST_TITLE), *entry.lines, entry.url])


def _html(bulletin: Bulletin) -> str:
    pieces = [text for part in bulletin.parts for text in (f"<h5>{escape(part.heading)}</h5>", *map(_marked_up, part.entries))]
    first = [f"<h4>{escape(bulletin.title)}</h4>", *([f"<p>{escape(bulletin.lead)}</p>"] if bulletin.lead else [])]
    return "".join([*first, *within(pieces, LONGEST, between=""), f"<p>{_link(bulletin.more, bulletin.url)}</p>"])


def _marked_up(entry: Entry) -> str:
    return f"<p>{'<br>'.join([_link(cut(entry.title, LONGEST_TITLE), entry.url), *map(escape, entry.lines)])}</p>"


def _link(words: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'
