"""What readers with similar histories keep, in a form that works for papers nobody has seen: factors told from concepts."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

FACTORS, CONFIDENCE, RIDGE, ROUNDS = 64, 20.0, 5.0, 8
CONCEPT_RIDGE = 3.0
AT_ONCE = 2_000  # readers whose equations are solved together


@dataclass(frozen=True, slots=True)
class Community:
    """Factors of papers as a function of their concepts.

    Args:
        weights: shape (concepts, factors).
        gram: sum over the papers of the outer products of their factors, shape (factors, factors).
    """

    weights: np.ndarray
    gram: np.ndarray

    def readers(self, kept: csr_matrix, own: np.ndarray) -> np.ndarray:
        """Return the factors of readers, shape (readers, factors); times those of papers they say how much these are to them.

        Args:
            kept: what each of their `own` papers counts, shape (readers, own papers).
            own: factors, one paper a row.
        """
        return _solve(kept, own, self.gram)


def learn_community(kept: csr_matrix, concepts: np.ndarray, seed: int = 0) -> Community:
    """Factorise who keeps what, then tell the factors of papers from their concepts.

    The second step is a ridge regression in which a paper counts by the root of how many keep it.

    Args:
        kept: shape (readers, papers), of ones.
        concepts: unit rows of the papers, shape (papers, concepts).
    """
    size, counts = concepts.shape[1], np.asarray(kept.sum(axis=0)).ravel()
    known = np.flatnonzero(counts)
    if not size or not len(known):
        return Community(np.zeros((size, FACTORS), dtype=np.float32), np.zeros((FACTORS, FACTORS), dtype=np.float32))
    _readers, factors = factorise(kept, seed)
    basis, trust = concepts[known], np.sqrt(counts[known])[:, None].astype(np.float32)
    normal = basis.T @ (basis * trust) + CONCEPT_RIDGE * np.eye(size, dtype=np.float32)
    weights = np.linalg.solve(normal, basis.T @ (factors[known] * trust)).astype(np.float32)
    told = concepts @ weights
    return Community(weights, told.T @ told)


def factorise(kept: csr_matrix, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return factors of readers and of papers by alternating least squares on implicit feedback (Hu, Koren and Volinsky 2008).

    Args:
        kept: shape (readers, papers), of ones.

    Returns:
        shapes (readers, factors) and (papers, factors).
    """
    papers = np.random.default_rng(seed).normal(scale=0.1, size=(kept.shape[1], FACTORS)).astype(np.float32)
    turned = kept.T.tocsr()
    for _ in range(ROUNDS):
        readers = _solve(kept, papers, papers.T @ papers)
        papers = _solve(turned, readers, readers.T @ readers)
    return readers, papers


def _solve(kept: csr_matrix, factors: np.ndarray, gram: np.ndarray) -> np.ndarray:
    """Return the factors of the rows of `kept`, given those of its columns; rows of one length are solved together.

    What counts half is half as sure.
    """
    ridge = gram + RIDGE * np.eye(factors.shape[1], dtype=np.float32)
    solved, lengths = np.zeros((kept.shape[0], factors.shape[1]), dtype=np.float32), np.diff(kept.indptr)
    for length in np.unique(lengths[lengths > 0]):
        rows = np.flatnonzero(lengths == length)
        for start in range(0, len(rows), max(1, AT_ONCE // int(length))):
            some = rows[start : start + max(1, AT_ONCE // int(length))]
            places = kept.indptr[some][:, None] + np.arange(length)
            theirs, sure = factors[kept.indices[places]], CONFIDENCE * kept.data[places][..., None]
            left = ridge + theirs.transpose(0, 2, 1) @ (sure * theirs)
            solved[some] = np.linalg.solve(left, ((1 + sure) * theirs).sum(axis=1)[..., None])[..., 0]
    return solved
