"""What a handful of papers is about, in a few words: pure, from the papers' own keywords."""

from collections.abc import Sequence

MOST, ROOM = 3, 72  # topics, and characters of them all: after "7 papers for you: " a subject stays below 90


def topics(keywords: Sequence[Sequence[str]]) -> list[str]:
    """Choose up to three keywords that together speak for as many of the papers as they can; none for a single paper.

    Each is the one that the most papers share of which no topic speaks yet; among those, one that more papers have in all,
    then one that is higher in its papers' lists, then the one of the earlier paper. One that repeats a word of
    another topic, or would make the line too long, is passed over.

    Args:
        keywords: of each paper in the order of the digest, the best first.
    """
    if len(keywords) < 2:
        return []
    holders, ranks, shown = _index(keywords)
    chosen: list[str] = []
    spoken_for: set[int] = set()
    room = ROOM
    while len(chosen) < MOST:
        words = {word for topic in chosen for word in topic.split()}
        fit = [topic for topic in holders if len(shown[topic]) <= room and words.isdisjoint(topic.split())]
        if not fit:
            break
        best = max(fit, key=lambda topic: (len(holders[topic] - spoken_for), len(holders[topic]), -ranks[topic]))
        chosen.append(best)
        spoken_for |= holders[best]
        room -= len(shown[best]) + len(", ")
    return [shown[topic] for topic in chosen]


def _index(keywords: Sequence[Sequence[str]]) -> tuple[dict[str, set[int]], dict[str, int], dict[str, str]]:
    """For each keyword, whatever its case and number: the papers that have it, its best place in a list, and how it is shown."""
    holders: dict[str, set[int]] = {}
    ranks: dict[str, int] = {}
    shown: dict[str, str] = {}
    for paper, phrases in enumerate(keywords):
        for rank, phrase in enumerate(phrases):
            topic = " ".join(map(_stem, phrase.replace("-", " ").split()))
            holders.setdefault(topic, set()).add(paper)
            ranks[topic] = min(rank, ranks.get(topic, rank))
            shown.setdefault(topic, phrase)
    return holders, ranks, shown


def _stem(word: str) -> str:
    lower = word.lower()
    return lower[:-1] if len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is")) else lower
