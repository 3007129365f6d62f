"""Discord: one embed per part, which calls nobody. https://docs.discord.com/developers/resources/webhook"""

from typing import Any

from digests.posts.bulletin import LONGEST_TITLE, Bulletin, Entry, cut, escaped, within

LONGEST_CONTENT, MOST_EMBEDS, LONGEST_HEADING, LONGEST_EMBED = 2_000, 10, 256, 4_000
LONGEST_EMBEDS = 5_800  # of 6,000 characters in all of them
MARKUP = "\\`*_[]()<>#|~"


def content(bulletin: Bulletin) -> dict[str, Any]:
    link = f"[{_escaped(bulletin.more)}](<{bulletin.url}>)"
    words = [
        f"**{_escaped(cut(bulletin.title, LONGEST_HEADING))}**",
        *([_escaped(cut(bulletin.lead, 1_000))] if bulletin.lead else []),
        link,
    ]
    embeds, room = [], LONGEST_EMBEDS
    for part in bulletin.parts[:MOST_EMBEDS]:
        heading = cut(part.heading, LONGEST_HEADING)
        text = "\n\n".join(within([_entry(entry) for entry in part.entries], min(room - len(heading), LONGEST_EMBED), between="\n\n"))
        if text:
            embeds.append({"title": heading, "description": text})
            room -= len(heading) + len(text)
    return {"content": "\n".join(words)[:LONGEST_CONTENT], "embeds": embeds, "allowed_mentions": {"parse": []}}


def _entry(entry: Entry) -> str:
    return "\n".join([f"[{_escaped(cut(entry.title, LONGEST_TITLE))}]({entry.url})", *map(_escaped, entry.lines)])


def _escaped(text: str) -> str:
    return escaped(text, MARKUP)
