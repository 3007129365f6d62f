"""Keywords of a paper: short phrases of its title and abstract that other papers seldom use."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

from papers.markup import without_formulas
from papers.summaries.stopwords import STOP_WORDS

MOST, LONGEST_PHRASE, LONGEST_KEYWORD, MOST_READ = 6, 3, 60, 8_000  # phrases, words in one, characters of one and of what is read
TOKEN = re.compile(r"[^\W_](?:[\w+]|[-'’](?=\w))*|[^\w\s]")  # a word, or a sign, at which a phrase ends
ADVERB = re.compile(r"(?:[a-z]{3,}ly|[a-z]{3,}ed|\d+)")
TITLE_WEIGHT, UNKNOWN = 2.0, 8.0


@dataclass
class _Phrase:
    shown: str
    words: tuple[str, ...]
    count: int = 0
    in_title: bool = False


def keywords(title: str, abstract: str, background: Mapping[str, float]) -> list[str]:
    """Return up to 6 phrases of at most 3 words, the best first.

    Phrases are runs of words without stop words, as in RAKE (Rose et al., "Automatic Keyword Extraction
    from Individual Documents", 2010); their order is by frequency and rarity as in KP-Miner (El-Beltagy
    and Rafea, Information Systems 34(1), 2009), and a phrase of the title counts twice.

    Args:
        background: how rare words are, as rarity() gives it; words that are not in it count as very rare.
    """
    found: dict[tuple[str, ...], _Phrase] = {}
    for text, is_title in ((title, True), (abstract, False)):
        for words in _runs(without_formulas(text[:MOST_READ])):
            key = tuple(map(_stem, words))
            phrase = found.setdefault(key, _Phrase(" ".join(words), key))
            phrase.count += 1
            phrase.in_title |= is_title
            if phrase.count > 1:
                phrase.shown = min(phrase.shown, " ".join(words), key=_capitals)
    kept = [
        phrase
        for phrase in found.values()
        if len(phrase.words) > 1 or phrase.count > 1 or (phrase.in_title and not phrase.shown.endswith("ing"))
    ]
    return _different(sorted(kept, key=lambda phrase: -_score(phrase, background)))


def rarity(papers: Mapping[str, int]) -> dict[str, float]:
    """Return how rare words are, from the numbers of papers that hold each: the logarithm of Robertson and Spärck Jones."""
    total = max(papers.values(), default=0) + 1
    return {word: log((total + 1) / (count + 0.5)) for word, count in papers.items()}


def _runs(text: str) -> Iterator[list[str]]:
    """Yield runs of words between stop words and signs; a run that is too long loses its beginning."""
    words: list[str] = []
    for token in [*TOKEN.findall(text), "."]:
        if len(token) > 1 and token.lower() not in STOP_WORDS:
            words.append(token)
        elif words:
            yield from _trimmed(words)
            words = []


def _trimmed(words: list[str]) -> Iterator[list[str]]:
    while words and ADVERB.fullmatch(words[-1]):
        words = words[:-1]
    words = words[-LONGEST_PHRASE:]
    if len(words) > 1 and words[0].endswith("ly"):
        words = words[1:]
    if words and sum(map(len, words)) < LONGEST_KEYWORD - LONGEST_PHRASE and max(map(len, words)) > 2:
        yield words


def _score(phrase: _Phrase, background: Mapping[str, float]) -> float:
    rare = sum(background.get(word, UNKNOWN) for word in phrase.words) / len(phrase.words)
    return (1 + log(phrase.count)) * max(rare, 0.1) * (1 + 0.25 * (len(phrase.words) - 1)) * (TITLE_WEIGHT if phrase.in_title else 1.0)


def _different(phrases: list[_Phrase]) -> list[str]:
    """Take the best, and of phrases that share most of their words only one."""
    taken: list[_Phrase] = []
    owners: dict[str, int] = defaultdict(int)
    for phrase in phrases:
        if sum(bool(owners[word]) for word in phrase.words) * 2 <= len(phrase.words) - (len(phrase.words) == 1):
            taken.append(phrase)
            for word in phrase.words:
                owners[word] += 1
        if len(taken) == MOST:
            break
    return [_readable(phrase.shown) for phrase in taken]


def _stem(word: str) -> str:
    """One form for singular and plural."""
    lower = word.lower()
    return lower[:-1] if len(lower) > 3 and lower.endswith("s") and not lower.endswith(("ss", "us", "is")) else lower


def _capitals(shown: str) -> int:
    return sum(letter.isupper() for letter in shown)


def _readable(shown: str) -> str:
    """Small letters for words that merely began a sentence; GPT and LaTeX stay as they are."""
    return " ".join(word.lower() if word[1:].islower() and word[0].isupper() else word for word in shown.split())
