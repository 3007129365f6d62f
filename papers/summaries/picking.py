"""The extractive summary: two sentences of an abstract that say most, in their own order."""

import re
from collections import Counter
from itertools import combinations

from papers.markup import without_torn_end
from papers.summaries.sentences import sentences
from papers.summaries.stopwords import STOP_WORDS

LONGEST, SHORTEST, MOST_READ = 280, 30, 40  # characters of a summary and of a sentence worth choosing, sentences that are compared
WORD = re.compile(r"[^\W\d_][\w-]+")
PURPOSE = re.compile(
    r"\b(?:we|this (?:paper|work|article|study|survey|letter)|here)\b.{0,40}?"
    r"\b(?:propos|introduc|present|develop|design|describ|stud[yi]|prove|show|investigat|analy[sz]|examin|address|ask|deriv|giv|find|"
    r"survey|review|construct|demonstrat|report|establish|argu)\w*",
    re.IGNORECASE,
)
RESULT = re.compile(
    r"\b(?:results?|outperform\w*|achiev\w*|improv\w*|we (?:show|find|prove|demonstrate|establish)|state.of.the.art|better than|up to|"
    r"faster|fewer|as a consequence|in particular|surpass\w*|reduc\w+)\b",
    re.IGNORECASE,
)
BACKWARD = re.compile(r"(?:However|But|Moreover|Furthermore|Therefore|Thus|These|Those|They|It|Such|Also|Then|Hence)\b")
PURPOSE_WEIGHT, RESULT_WEIGHT, BACKWARD_WEIGHT, PLACE_WEIGHT = 0.6, 0.35, -0.2, 0.3


def summarise(abstract: str) -> str:
    """Return at most two sentences of an abstract, 280 characters in all, as typed; "" for an empty one.

    A sentence scores as in Edmundson, "New Methods in Automatic Extracting" (Journal of the ACM 16(2),
    1969): by how much of the abstract's own vocabulary it holds (key), by phrases that announce what a
    paper does or found (cue), and by where it stands (location: the first and the last say most). The
    pair of the best total that fits is taken; a purpose and a result complement each other.
    """
    parts = sentences(abstract)[:MOST_READ]
    if sum(map(len, parts)) + len(parts) - 1 <= LONGEST and len(parts) <= 2:
        return " ".join(parts)
    scores = _scores(parts)
    worth = [place for place, part in enumerate(parts) if SHORTEST <= len(part) <= LONGEST]
    pairs = [pair for pair in combinations(worth, 2) if len(parts[pair[0]]) + len(parts[pair[1]]) < LONGEST]
    if pairs:
        first, second = max(pairs, key=lambda pair: scores[pair[0]] + scores[pair[1]])
        return f"{parts[first]} {parts[second]}"
    best = max(worth or range(len(parts)), key=scores.__getitem__, default=None)
    return "" if best is None else _shortened(parts[best])


def _scores(parts: list[str]) -> list[float]:
    words = [[word.lower() for word in WORD.findall(part)] for part in parts]
    telling = [[word for word in each if word not in STOP_WORDS] for each in words]
    counts = Counter(word for each in telling for word in set(each))
    most = max(counts.values(), default=1)
    return [
        _key(own, len(all_words), counts, most) + _cue(part, place) + _location(place, len(parts))
        for place, (part, own, all_words) in enumerate(zip(parts, telling, words, strict=True))
    ]


def _key(own: list[str], length: int, counts: Counter[str], most: int) -> float:
    """The share of the vocabulary, weighed by in how many sentences each word is, a long sentence gains little."""
    return sum(counts[word] for word in set(own)) / most / (length + 8) ** 0.6 if own else 0.0


def _cue(part: str, place: int) -> float:
    purpose = PURPOSE_WEIGHT if PURPOSE.search(part) else 0.0
    result = RESULT_WEIGHT if RESULT.search(part) else 0.0
    return purpose + result + (BACKWARD_WEIGHT if place and BACKWARD.match(part) else 0.0)


def _location(place: int, count: int) -> float:
    return PLACE_WEIGHT if place == 0 else PLACE_WEIGHT / 3 if place == count - 1 else 0.0


def _shortened(sentence: str) -> str:
    if len(sentence) <= LONGEST:
        return sentence
    cut = sentence[: LONGEST - 1].rpartition(" ")[0] or sentence[: LONGEST - 1]
    return without_torn_end(cut).rstrip("… ,;:") + " …"
