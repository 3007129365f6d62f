"""A map of papers by what they are about: places in the plane and topics with names. Pure numpy and scikit-learn.

Papers that mean about the same lie near each other: t-SNE (van der Maaten and Hinton, "Visualizing Data
using t-SNE", JMLR 9, 2008) after principal components, from a fixed seed, so that the same papers give the same map.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

SEED = 20
MOST_TOPICS, PAPERS_OF_A_TOPIC = 10, 6  # a topic is worth a name from about so many papers on
COMPONENTS, FEW = 30, 5  # dimensions that t-SNE is given; fewer papers than that, or all the same, lie on a circle
NAME_WORDS = 2
WORD = re.compile(r"[^\W\d_][\w-]{2,}")


@dataclass(frozen=True)
class Atlas:
    """Places and topics of some papers.

    Attributes:
        places: in the unit square, shape (n, 2).
        topics: the topic of each paper, as an index into names.
        names: of the topics.
    """

    places: np.ndarray
    topics: list[int]
    names: list[str]


def lay_out(vectors: np.ndarray, titles: Sequence[str]) -> Atlas:
    """Make the map of some papers.

    Args:
        vectors: their embeddings, shape (n, dimensions).
        titles: n titles, of which topics get their names.
    """
    topics, names = sort_by_topic(vectors, titles)
    return Atlas(places=_unit_square(_places(vectors)), topics=topics, names=names)


def sort_by_topic(vectors: np.ndarray, titles: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the topic of each paper, as an index into names, and the names; of the same papers always the same.

    Args:
        vectors, titles: as above.
    """
    topics = _topics(vectors)
    return topics, _names(titles, topics)


def _places(vectors: np.ndarray) -> np.ndarray:
    count = len(vectors)
    if count < FEW or not np.ptp(vectors, axis=0).any():
        angles = np.arange(count) * 2 * np.pi / max(count, 1)
        return np.column_stack([np.cos(angles), np.sin(angles)])
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE  # a second to import: only the worker that draws waits for it

    reduced = PCA(n_components=min(COMPONENTS, count - 1, vectors.shape[1]), random_state=SEED).fit_transform(vectors)
    spread = min(30.0, (count - 1) / 3)
    return np.asarray(TSNE(perplexity=spread, init="pca", learning_rate="auto", random_state=SEED).fit_transform(reduced))


def _unit_square(places: np.ndarray) -> np.ndarray:
    if not len(places):
        return places
    low, high = places.min(axis=0), places.max(axis=0)
    return np.asarray((places - low) / np.where(high > low, high - low, 1))


def _topics(vectors: np.ndarray) -> list[int]:
    distinct = len(np.unique(vectors, axis=0))
    wanted = min(MOST_TOPICS, max(1, distinct // PAPERS_OF_A_TOPIC))
    if wanted == 1:
        return [0] * len(vectors)
    from sklearn.cluster import KMeans

    return [int(topic) for topic in KMeans(wanted, n_init=4, random_state=SEED).fit_predict(vectors)]


def _names(titles: Sequence[str], topics: Sequence[int]) -> list[str]:
    """Name each topic by the words that its titles have more often than the others': tf-idf with topics as the texts.

    Where two would have the same name, the second goes on with its next words.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    said: list[Counter[str]] = [Counter() for _topic in range(max(topics, default=-1) + 1)]
    for title, topic in zip(titles, topics, strict=True):
        said[topic].update({word.lower() for word in WORD.findall(title)} - ENGLISH_STOP_WORDS)
    in_topics = Counter(word for words in said for word in words)
    names: list[str] = []
    for words in said:
        best = sorted(words, key=lambda word: (-words[word] * log(1 + len(said) / in_topics[word]), word))
        choices = [", ".join(best[start : start + NAME_WORDS]) for start in range(max(1, len(best) - 1))]
        names.append(next((name for name in choices if name not in names), choices[0]))
    return names
