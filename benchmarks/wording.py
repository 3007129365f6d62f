"""What made-up papers talk about: real words, and themes in which some of them come together.

The words and their company are taken at run time from the demo library: a theme is one of its
papers, and its wider topic is all papers of the same shelf. Real collections have a long tail of
rare words, which 215 papers do not; it is grown from prefixes, and each theme has its share.
"""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LIBRARY = Path(__file__).resolve().parent.parent / "papers" / "demo" / "library.jsonl"
WORD = re.compile(r"[a-zA-Z][a-z]+(?:-[a-z]+)*")
PREFIXES = "multi pre non sub meta quasi semi hyper pseudo over inter micro bi anti co un re pan auto super".split()
EVERYWHERE = 150  # of the most frequent words are everybody's and say nothing of a topic
KINDS = ("common", "topic", "theme", "tail", "odd")  # of words
SHARES = (0.46, 0.22, 0.24, 0.075, 0.005)  # of the kinds in a text
ODD = (
    r"$\mathcal{O}(n \log n)$ $\alpha_s(M_Z)$ $x^{2}+y^{2}\leq 1$ $\ell_1$ $\mathbb{Z}/2$ $p<0.05$ $\sim 10^{-3}$ \emph{exactly} H\"older "
    "naïve Erdős–Rényi λ-calculus ≥95% 数学 e\u0301tale ﬁeld 𝔽_q кван\u00adтовый תורה \u200bzero 3.7 12 2048 (i) 🙂"
).split(" ")


@dataclass(frozen=True)
class Wording:
    """Words in three spellings, and which of them a theme draws from.

    Attributes:
        words: (3 n,) all words: plain, with a capital, with a full stop.
        pools: flat indices of words, most frequent first within a pool.
        offsets, sizes: (themes, kinds) where a theme's pool of a kind begins, how long it is.
        codes: the subject codes of each theme's model paper.
    """

    words: np.ndarray
    pools: np.ndarray
    offsets: np.ndarray
    sizes: np.ndarray
    codes: list[tuple[str, ...]]

    def draw(self, rng: np.random.Generator, themes: np.ndarray, length: int) -> np.ndarray:
        """Return (papers, length) indices of plain words; ranks follow Zipf's law with exponent 1."""
        shape = (len(themes), length)
        kinds = np.searchsorted(np.cumsum(SHARES)[:-1], rng.random(shape))
        sizes = self.sizes[themes[:, None], kinds]
        ranks = np.exp(rng.random(shape) * np.log(sizes + 1)).astype(np.int64) - 1
        return self.pools[self.offsets[themes[:, None], kinds] + np.minimum(ranks, sizes - 1)]


def read_wording(library: Path = LIBRARY) -> Wording:
    """Take words and themes from a file of the demo library's form: title, abstract, topic, categories."""
    entries = [json.loads(line) for line in library.open(encoding="utf-8")]
    texts = [WORD.findall(f"{entry['title']} {entry['abstract']}".lower()) for entry in entries]
    counted = Counter(word for text in texts for word in text)
    ranked = [word for word, _ in counted.most_common()]
    tail = [prefix + word for word in ranked[EVERYWHERE:] if "-" not in word for prefix in PREFIXES]
    words = np.array([*ranked, *tail, *ODD], dtype=object)
    number = {word: place for place, word in enumerate(words)}
    told = [sorted(set(text), key=number.__getitem__) for text in texts]
    spoken = [[number[word] for word in text if number[word] >= EVERYWHERE] for text in told]
    shelves: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for entry, text in zip(entries, spoken, strict=True):
        shelves[entry["topic"]].update(text)
    common, odd = list(range(len(ranked))), list(range(len(words) - len(ODD), len(words)))
    pools = [
        (
            common,
            [word for word, _ in shelves[entry["topic"]].most_common()],
            text,
            _share(len(ranked), len(tail), place, len(entries)),
            odd,
        )
        for place, (entry, text) in enumerate(zip(entries, spoken, strict=True))
    ]
    codes = [tuple(entry["categories"]) for entry in entries]
    return Wording(_in_three_spellings(words), *_flat(pools), codes)


def _share(first: int, count: int, place: int, places: int) -> list[int]:
    """One theme's rare words."""
    return list(range(first + count * place // places, first + count * (place + 1) // places))


def _flat(pools: list[tuple[list[int], ...]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sizes = np.array([[len(pool) for pool in theme] for theme in pools])
    offsets = np.concatenate([[0], np.cumsum(sizes.ravel())[:-1]]).reshape(sizes.shape)
    return np.concatenate([pool for theme in pools for pool in theme]), offsets, sizes


def _in_three_spellings(words: np.ndarray) -> np.ndarray:
    capital = [word[:1].upper() + word[1:] for word in words]
    return np.concatenate([words, np.array(capital, dtype=object), np.array([f"{word}." for word in words], dtype=object)])
