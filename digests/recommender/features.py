"""Papers as vectors: sublinear tf-idf, rows of length one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

# Rare words are noise in a big catalogue, and all there is in a small one.
SMALL, BIG = 200, 2_000  # papers


class Features:
    """The vocabulary and idf weights of one catalogue; (1 + log tf) * idf, as in Salton and Buckley (1988).

    Args:
        texts: title and abstract of each paper; may be empty, and so may each text.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = _vectorizer(len(texts))
        try:
            self.matrix = csr_matrix(self._vectorizer.fit_transform(texts))
            self.is_empty = False
        except ValueError:  # not one word that counts
            self.matrix = csr_matrix((len(texts), 1), dtype=np.float32)
            self.is_empty = True

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """Return one row per text, shape (len(texts), vocabulary); words never seen count nothing."""
        if self.is_empty or not texts:
            return csr_matrix((len(texts), self.matrix.shape[1]), dtype=np.float32)
        return csr_matrix(self._vectorizer.transform(texts))


def _vectorizer(size: int) -> "TfidfVectorizer":
    from sklearn.feature_extraction.text import TfidfVectorizer  # a second to import: only those who need it wait

    return TfidfVectorizer(
        sublinear_tf=True,
        stop_words="english",
        min_df=1 if size < SMALL else 2 if size < BIG else 5,
        max_df=0.1 if size >= BIG else 1.0,
        dtype=np.float32,
    )


def centroid(rows: csr_matrix) -> np.ndarray:
    """Return the mean of some rows, scaled to length one, shape (vocabulary,); zeros for no rows or empty ones."""
    total = np.asarray(rows.sum(axis=0), dtype=np.float32).ravel()
    length = float(np.linalg.norm(total))
    return total / length if length else total
