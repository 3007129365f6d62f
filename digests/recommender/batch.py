"""One run of recommending: features fitted once, then reader after reader in memory."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from digests.recommender.features import Features, centroid
from digests.recommender.reasons import followed, matched, nearest_reasons, reason_without_profile
from digests.recommender.shapes import Candidate, PaperText, Reader, Recommendation

# What a saved search found is worth as much as a close resemblance: who saved it asked for it.
MATCH = 0.3
# So is a new paper by an author whom the reader follows; what others chose is a weaker hint.
FOLLOWED = {"by_author": 0.3, "in_followed_list": 0.2, "upvoted_by": 0.15}


class Recommender:
    """Ranks one set of candidates for any number of readers.

    Args:
        candidates: the papers to choose from, in any order; may be empty.
    """

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.candidates: Sequence[Candidate] = sorted(candidates, key=lambda paper: (-paper.heat, -paper.id))
        self.features = Features([paper.text for paper in self.candidates])
        self.rows = {paper.id: row for row, paper in enumerate(self.candidates)}
        self.own: dict[int, PaperText] = {}
        self.own_rows: dict[int, int] = {}
        self.own_matrix = self.features.of([])

    def remember(self, papers: Iterable[PaperText]) -> None:
        """Take in the papers that the next readers saved or upvoted, in place of those of earlier readers."""
        self.own = {paper.id: paper for paper in papers}
        self.own_rows = {paper_id: row for row, paper_id in enumerate(self.own)}
        self.own_matrix = self.features.of([paper.text for paper in self.own.values()])

    def recommend(self, reader: Reader, limit: int) -> list[Recommendation]:
        """Return up to `limit` papers that the reader does not have, the best first.

        What saved searches found and what comes from those whom the reader follows comes first, then what
        resembles the reader's papers, then what is in demand; readers without either get the latter only.
        No title comes twice, nor one the reader has already.
        """
        history = [paper_id for paper_id in reader.history if paper_id in self.own]
        own = self.own_matrix[np.array([self.own_rows[paper_id] for paper_id in history], dtype=int)]
        scores = self.features.matrix @ centroid(own)
        self._raise(scores, reader)
        chosen = self._choose(scores, reader, history, limit)
        rows = self.features.matrix[np.array(chosen, dtype=int)]
        reasons = nearest_reasons(rows, own, [self.own[paper_id] for paper_id in history], reader)
        papers = [self.candidates[row] for row in chosen]
        return [
            Recommendation(
                paper.id,
                round(float(scores[row]), 6),
                matched(paper, reader) or followed(paper, reader) or reason or reason_without_profile(paper, reader),
            )
            for row, paper, reason in zip(chosen, papers, reasons, strict=True)
        ]

    def _raise(self, scores: np.ndarray, reader: Reader) -> None:
        """Add to the scores of candidates what the reader's searches and follows are worth, in place."""
        scores[[self.rows[paper_id] for paper_id in reader.matches if paper_id in self.rows]] += MATCH
        for paper_id, reason in reader.followed.items():
            if paper_id in self.rows:
                scores[self.rows[paper_id]] += FOLLOWED[reason["kind"]]

    def _choose(self, scores: np.ndarray, reader: Reader, history: list[int], limit: int) -> list[int]:
        """Return rows of candidates by score, equal scores by the reader's categories, then by heat (their order)."""
        known = {*reader.history, *reader.sent, *reader.settled}
        titles = {self.own[paper_id].same_title for paper_id in history}
        chosen: list[int] = []
        for row in _descending(scores, self._in_categories(reader)):
            paper = self.candidates[row]
            if len(chosen) == limit:
                break
            if paper.id not in known and paper.same_title not in titles:
                chosen.append(row)
                titles.add(paper.same_title)
        return chosen

    def _in_categories(self, reader: Reader) -> np.ndarray:
        """Return which candidates are of a category that the reader named, shape (candidates,)."""
        if not reader.categories:
            return np.zeros(len(self.candidates), dtype=bool)
        named = frozenset(reader.categories)
        return np.fromiter((not named.isdisjoint(paper.categories) for paper in self.candidates), dtype=bool, count=len(self.candidates))


def _descending(scores: np.ndarray, preferred: np.ndarray) -> Iterator[int]:
    return (int(row) for row in np.lexsort((~preferred, -scores)))  # lexsort is stable, and its last key comes first
