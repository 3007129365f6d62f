"""One run of recommending: candidates read once, then readers in memory, many at a time."""

from collections.abc import Iterable, Sequence

import numpy as np

from digests.recommender.choosing import Choice
from digests.recommender.memory import Memory
from digests.recommender.model import Model, incidence
from digests.recommender.shapes import Candidate, Reader, Recommendation
from digests.recommender.shelf import Shelf


class Recommender:
    """Ranks one set of candidates for any number of readers, whose papers it must have met in its memory.

    Args:
        model: what was learnt before.
        candidates: the papers to choose from, in any order; may be empty.
    """

    def __init__(self, model: Model, candidates: Iterable[Candidate]) -> None:
        self.model, self.shelf, self.memory = model, Shelf(model, candidates), Memory(model)

    def scores(self, readers: Sequence[Reader]) -> np.ndarray:
        """Say how much each candidate is to each reader by their papers alone, shape (readers, candidates)."""
        rows = self.memory.rows
        weights = [{rows[paper]: weight for paper, weight in reader.weights.items() if paper in rows} for reader in readers]
        scores = self.model.scores(incidence(weights, len(rows)), self.memory.vectors, self.shelf.vectors)
        return np.nan_to_num(scores, copy=False, posinf=0.0, neginf=0.0)

    def recommend(self, reader: Reader, limit: int) -> list[Recommendation]:
        """Return up to `limit` papers that the reader does not have, the best first."""
        return self.choose(reader, self.scores([reader])[0], limit)

    def choose(self, reader: Reader, scores: np.ndarray, limit: int) -> list[Recommendation]:
        """Make a list of one reader's scores, shape (candidates,)."""
        own, disliked = self.memory.of(reader.weights), self.memory.of(reader.dismissed)
        return Choice(self.shelf, reader, scores, own, disliked).recommendations(limit)
