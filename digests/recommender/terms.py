"""Words that a reader must or never wants to meet, looked for in texts."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from digests.recommender.features import singular

WORD = re.compile(r"[^\W_]+[+#]*")  # C++ and C# are not C
MOST_KNOWN = 2_000  # terms whose answer is kept for the next reader
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")  # Thai, Lao, Japanese and Chinese put no spaces between words


class Texts:
    """Texts in which words are looked for, whatever their case, accents and number."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = [_words_of(text) for text in texts]
        self._mentioning: dict[str, np.ndarray] = {}

    def mentioning(self, term: str) -> np.ndarray:
        """Return which texts have the words of a term side by side, shape (texts,); none has a term without a word."""
        if term not in self._mentioning:
            if len(self._mentioning) >= MOST_KNOWN:
                self._mentioning.clear()
            words = _words_of(term)
            wanted = words.strip() if UNSPACED.search(words) else words
            found = (bool(words.strip()) and wanted in text for text in self.texts)
            self._mentioning[term] = np.fromiter(found, dtype=bool, count=len(self.texts))
        return self._mentioning[term]

    def mentioning_any(self, terms: Iterable[str]) -> np.ndarray:
        return np.logical_or.reduce([np.zeros(len(self.texts), dtype=bool), *map(self.mentioning, terms)])


def _words_of(text: str) -> str:
    """The words of a text in one spelling, a space before, between and after them."""
    bare = text.casefold()
    if not bare.isascii():
        bare = "".join(letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))
    return f" {' '.join(map(singular, WORD.findall(bare)))} "
