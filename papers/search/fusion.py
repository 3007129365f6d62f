"""Several rankings made into one."""

from collections.abc import Sequence
from itertools import chain, repeat

K = 60  # the constant of the paper, found there to matter little


def fuse(*rankings: Sequence[int], weights: Sequence[float] = ()) -> list[int]:
    """Order by reciprocal rank fusion: each ranking gives 1 / (60 + rank) to what it holds.

    G. V. Cormack, C. L. A. Clarke, S. Büttcher: "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
    Learning Methods", SIGIR 2009.

    Args:
        rankings: keys, the best first, each key at most once per ranking.
        weights: how much each ranking counts; 1 where nothing is said.

    Returns:
        Every key once, the best first; equals in the order in which the rankings name them.
    """
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, chain(weights, repeat(1.0)), strict=False):
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (K + rank)
    return sorted(scores, key=lambda key: -scores[key])
