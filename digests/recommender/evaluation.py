"""How good rankings are, by what readers saved afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

CUTOFFS = (10, 20, 50, 100)
GAINS = 1 / np.log2(np.arange(2, 12))  # of the first ten places


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over readers.

    Args:
        recall: share of what a reader saved that is among the first k, by k of CUTOFFS.
        ndcg: nDCG@10 with binary gain, as in Järvelin and Kekäläinen (2002).
        mrr: one over the place of the first paper that was saved, 0 if it is not ranked.
        coverage: share of all candidates that are among anybody's first ten.
        readers: how many were scored.
    """

    recall: dict[int, float]
    ndcg: float
    mrr: float
    coverage: float
    readers: int


def best_first(scores: np.ndarray, most: int) -> np.ndarray:
    """Return the columns of the `most` highest scores of each row, the highest first; equal ones in the columns' order.

    Args:
        scores: shape (readers, candidates).

    Returns:
        shape (readers, min(most, candidates)).
    """
    most = min(most, scores.shape[1])
    if not most:
        return np.empty((len(scores), 0), dtype=int)
    highest = np.sort(np.argpartition(-scores, most - 1, axis=1)[:, :most], axis=1)
    order = np.argsort(-np.take_along_axis(scores, highest, axis=1), axis=1, kind="stable")
    return np.take_along_axis(highest, order, axis=1)


def quality(rankings: Sequence[Sequence[int]], relevant: Sequence[Collection[int]], candidates: int) -> Quality:
    """Score rankings, the best first, of any length; readers to whom nothing is relevant are left out.

    Args:
        rankings: one per reader, of columns of candidates.
        relevant: one per reader, of the columns that the reader saved.
        candidates: how many there were to choose from.
    """
    hits = [np.isin(ranking, list(wanted)) for ranking, wanted in zip(rankings, relevant, strict=True) if wanted]
    wanted = np.array([len(saved) for saved in relevant if saved])
    if not hits:
        return Quality(dict.fromkeys(CUTOFFS, 0.0), 0.0, 0.0, 0.0, 0)
    gains = np.array([float(GAINS[: len(hit[:10])] @ hit[:10]) for hit in hits])
    ideal = np.cumsum(GAINS)[np.minimum(wanted, 10) - 1]
    seen = {column for ranking, saved in zip(rankings, relevant, strict=True) if saved for column in ranking[:10]}
    return Quality(
        recall={cutoff: float(np.mean([hit[:cutoff].sum() for hit in hits] / wanted)) for cutoff in CUTOFFS},
        ndcg=float(np.mean(gains / ideal)),
        mrr=float(np.mean([1 / (1 + hit.argmax()) if hit.any() else 0.0 for hit in hits])),
        coverage=len(seen) / candidates,
        readers=len(hits),
    )
