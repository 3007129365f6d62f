"""Which word was meant: nearest by edits among those that look alike."""

from collections.abc import Sequence
from string import ascii_lowercase


def distance(one: str, other: str, most: int = 3) -> int:
    """Return how many letters to add, drop, change or swap with their neighbour turn one word into the other.

    F. J. Damerau: "A technique for computer detection and correction of spelling errors", CACM 7 (1964), in its
    restricted form. Words farther apart than `most` are `most + 1` apart.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, above = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, against in enumerate(other, start=1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return min(above[-1], most + 1)


def one_edit(word: str) -> set[str]:
    """Return every text that is one edit away from a word, within the letters a to z: about 54 per letter."""
    ends = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    dropped = {head + tail[1:] for head, tail in ends if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in ends if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in ends if tail for letter in ascii_lowercase}
    added = {head + letter + tail for head, tail in ends for letter in ascii_lowercase}
    return (dropped | swapped | changed | added) - {word}


def nearest(word: str, candidates: Sequence[tuple[str, int]]) -> str | None:
    """Return the candidate with the fewest edits, the commoner one of equals; None if all are too far.

    Args:
        candidates: words and in how many papers each is.
    """
    allowed = 1 if len(word) <= 5 else 2
    near = [(distance(word, found), -papers, found) for found, papers in candidates]
    best = min((each for each in near if each[0] <= allowed), default=None)
    return best[2] if best else None
