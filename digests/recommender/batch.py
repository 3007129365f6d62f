"""One run of recommending: candidates read once, then readers in memory, many at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from digests.recommender.model import Model, incidence
from digests.recommender.reasons import followed, matched, nearest_reasons, reason_without_profile
from digests.recommender.shapes import Candidate, PaperText, Reader, Recommendation

# In standard deviations over the candidates. What a saved search found is worth as much as a close resemblance: who saved it asked for it.
MATCH = 4.0
# So is a new paper by an author whom the reader follows; what others chose is a weaker hint.
FOLLOWED = {"by_author": 4.0, "in_followed_list": 2.0, "upvoted_by": 1.5}
MOST_REMEMBERED = 20_000  # readers' papers in memory, 8 kB each
SHARE = 3  # a list has at most a third of one search's or one list's because of it


class Recommender:
    """Ranks one set of candidates for any number of readers.

    Args:
        model: what was learnt before.
        candidates: the papers to choose from, in any order; may be empty.
    """

    def __init__(self, model: Model, candidates: Iterable[Candidate]) -> None:
        self.model = model
        self.candidates: Sequence[Candidate] = sorted(candidates, key=lambda paper: (-paper.heat, -paper.id))
        self.vectors = model.vectors(self.candidates)
        self.rows = {paper.id: row for row, paper in enumerate(self.candidates)}
        self._forget()

    def _forget(self) -> None:
        self.own: dict[int, PaperText] = {}
        self.own_rows: dict[int, int] = {}
        self.own_vectors = self.model.vectors([])

    def unknown(self, papers: Collection[int]) -> set[int]:
        """Return which of the next readers' papers are yet to be remembered; all of them once too many were."""
        if len(self.own) > MOST_REMEMBERED:
            self._forget()
        return set(papers).difference(self.own)

    def remember(self, papers: Iterable[PaperText]) -> None:
        """Take in papers that the next readers saved or upvoted, beside those of earlier readers."""
        new = {paper.id: paper for paper in papers if paper.id not in self.own}
        self.own |= new
        self.own_rows = {paper_id: row for row, paper_id in enumerate(self.own)}
        self.own_vectors += self.model.vectors(list(new.values()))

    def scores(self, readers: Sequence[Reader]) -> np.ndarray:
        """Say how much each candidate is to each reader by their papers alone, shape (readers, candidates)."""
        histories = [[self.own_rows[paper] for paper in reader.history if paper in self.own_rows] for reader in readers]
        return self.model.scores(incidence(histories, len(self.own)), self.own_vectors, self.vectors)

    def recommend(self, reader: Reader, limit: int) -> list[Recommendation]:
        """Return up to `limit` papers that the reader does not have, the best first."""
        return self.choose(reader, self.scores([reader])[0], limit)

    def choose(self, reader: Reader, scores: np.ndarray, limit: int) -> list[Recommendation]:
        """Make a list of scores.

        What saved searches found and what comes from those whom the reader follows is raised; equal scores go by
        the reader's categories, then by demand, so readers without papers get the latter only. No title comes
        twice, nor one that the reader has already.

        Args:
            scores: of this reader, shape (candidates,).
        """
        history = [paper_id for paper_id in reader.history if paper_id in self.own]
        raised = self._raised(scores, reader, limit)
        chosen = self._choose(raised, reader, history, limit)
        own = self.own_vectors[np.array([self.own_rows[paper_id] for paper_id in history], dtype=int)]
        reasons = nearest_reasons(self.vectors[np.array(chosen, dtype=int)], own, [self.own[paper_id] for paper_id in history], reader)
        papers = [self.candidates[row] for row in chosen]
        return [
            Recommendation(
                paper.id,
                round(float(raised[row]), 6),
                matched(paper, reader) or followed(paper, reader) or reason or reason_without_profile(paper, reader),
            )
            for row, paper, reason in zip(chosen, papers, reasons, strict=True)
        ]

    def _raised(self, scores: np.ndarray, reader: Reader, limit: int) -> np.ndarray:
        """Add to the scores what the reader's searches and follows are worth: of each source the best few, so that none fills the list."""
        raised, sources = scores.copy(), defaultdict(list)
        for paper_id, search in reader.matches.items():
            sources[MATCH, search].append(paper_id)
        for paper_id, reason in reader.followed.items():
            sources[FOLLOWED[reason["kind"]], str(reason)].append(paper_id)
        for (worth, _source), papers in sources.items():
            rows = sorted((self.rows[paper_id] for paper_id in papers if paper_id in self.rows), key=lambda row: (-scores[row], row))
            raised[rows[: max(1, limit // SHARE)]] += worth
        return raised

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
