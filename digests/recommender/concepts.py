"""What words mean by the company they keep: latent semantic analysis, halfway whitened."""

import numpy as np
from scipy.sparse import csr_matrix

CONCEPTS = 2_048
RIDGE = 0.003  # of a concept's variance: what is rarer than that is not blown up
FEWEST = 1_000  # papers; the company that words keep in fewer is chance


def fit_concepts(rows: csr_matrix) -> np.ndarray:
    """Return what turns tf-idf rows into concepts, shape (columns, concepts).

    The leading singular vectors (Deerwester et al. 1990), each divided by the root of its variance plus a ridge:
    between the plain projection, which frequent topics rule, and the whitened one of linear discriminant analysis.

    Args:
        rows: tf-idf rows of length one, shape (papers, columns); of fewer than a thousand papers nothing is learnt.
    """
    from sklearn.utils.extmath import randomized_svd

    papers, columns = rows.shape
    count = min(CONCEPTS, papers // 4, columns - 1)
    if papers < FEWEST or count < 1:
        return np.zeros((columns, 0), dtype=np.float32)
    _left, strengths, right = randomized_svd(rows, count, n_iter=2, random_state=0)
    weights = 1 / np.sqrt(strengths**2 / papers + RIDGE)
    return np.ascontiguousarray((right * weights[:, None]).T, dtype=np.float32)


def to_concepts(rows: csr_matrix, concepts: np.ndarray) -> np.ndarray:
    """Return rows of length one, shape (papers, concepts); zeros for papers without a known word."""
    return unit(np.asarray(rows @ concepts, dtype=np.float32))


def unit(rows: np.ndarray) -> np.ndarray:
    """Scale rows to length one; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-12)
