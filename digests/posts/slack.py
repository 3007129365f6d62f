"""Slack: blocks with mrkdwn. https://docs.slack.dev/messaging/formatting-message-text"""

from typing import Any

from digests.posts.bulletin import LONGEST_TITLE, Bulletin, Entry, cut

MOST_BLOCKS, LONGEST_HEADER = 50, 150


def content(bulletin: Bulletin) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": cut(bulletin.title, LONGEST_HEADER)}}]
    if bulletin.lead:
        blocks.append(_section(_escaped(bulletin.lead)))
    for part in bulletin.parts:
        blocks.append(_section(f"*{_escaped(part.heading)}*"))
        blocks += [_section(_entry(entry)) for entry in part.entries]
    last = _section(f"<{bulletin.url}|{_escaped(bulletin.more)}>")
    text = f"{_escaped(bulletin.title)} {bulletin.url}"  # for notifications and screen readers
    return {"text": text, "blocks": [*blocks[: MOST_BLOCKS - 1], last], "unfurl_links": False, "unfurl_media": False}


def _entry(entry: Entry) -> str:
    title = _escaped(cut(entry.title, LONGEST_TITLE)).replace("|", "¦")
    return "\n".join([f"<{entry.url}|{title}>", *map(_escaped, entry.lines)])


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _escaped(text: str) -> str:
    """The three characters with which links and calls to everybody begin and end."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
