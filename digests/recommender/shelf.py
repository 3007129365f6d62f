"""The papers that a run chooses from, and what is asked of each of them again and again."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import numpy as np

from digests.recommender.model import Model
from digests.recommender.shapes import Candidate
from digests.recommender.terms import Texts


class Shelf:
    """Candidates in the order of demand, the latest of equals first.

    Args:
        model: how papers are seen.
        candidates: in any order; may be empty.
    """

    def __init__(self, model: Model, candidates: Iterable[Candidate]) -> None:
        self.candidates: Sequence[Candidate] = sorted(candidates, key=lambda paper: (-_finite(paper.heat), -paper.id))
        self.vectors = model.vectors(self.candidates)
        self.rows = {paper.id: row for row, paper in enumerate(self.candidates)}

    def __len__(self) -> int:
        return len(self.candidates)

    def rows_of(self, papers: Iterable[int]) -> list[int]:
        """Return where some papers stand, as far as they are here."""
        return [self.rows[paper_id] for paper_id in papers if paper_id in self.rows]

    @cached_property
    def texts(self) -> Texts:
        return Texts(paper.text for paper in self.candidates)

    @cached_property
    def in_demand(self) -> np.ndarray:
        """Which candidates anybody upvoted, shape (candidates,)."""
        return np.fromiter((paper.votes > 0 for paper in self.candidates), dtype=bool, count=len(self))

    def in_categories(self, codes: Collection[str]) -> np.ndarray:
        """Return which candidates are of some categories, shape (candidates,)."""
        if not codes:
            return np.zeros(len(self), dtype=bool)
        named = frozenset(codes)
        return np.fromiter((not named.isdisjoint(paper.categories) for paper in self.candidates), dtype=bool, count=len(self))


def _finite(number: float) -> float:
    return number if np.isfinite(number) else 0.0
