"""Readers' papers that a run has met, kept for the next readers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from digests.recommender.model import Model, Vectors
from digests.recommender.shapes import PaperText

MOST = 20_000  # papers, 8 kB each


@dataclass(frozen=True, slots=True)
class Remembered:
    """Some papers, and how the model sees them, in the same order."""

    papers: Sequence[PaperText]
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.papers)


class Memory:
    """Papers by their ids, in the order in which they were met; their rows are those of `vectors`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._forget()

    def _forget(self) -> None:
        self.papers: dict[int, PaperText] = {}
        self.rows: dict[int, int] = {}
        self.vectors = self.model.vectors([])

    def _drop(self, papers: Collection[int]) -> None:
        stay = np.array([row for paper_id, row in self.rows.items() if paper_id not in papers], dtype=int)
        self.papers = {paper_id: paper for paper_id, paper in self.papers.items() if paper_id not in papers}
        self.vectors = self.vectors[stay]

    def __len__(self) -> int:
        return len(self.papers)

    def unknown(self, papers: Collection[int]) -> set[int]:
        """Return which of the next readers' papers are yet to be remembered; all of them where they would be too many beside the rest."""
        unknown = set(papers).difference(self.papers)
        if len(self) + len(unknown) > MOST:
            self._forget()
        return set(papers).difference(self.papers)

    def remember(self, papers: Iterable[PaperText]) -> None:
        """Take in papers that the next readers keep or do not want, beside those of earlier readers.

        A reader's keywords, which have an id below zero, may have changed and are taken in anew.
        """
        given = {paper.id: paper for paper in papers}
        stale = {paper_id for paper_id in given if paper_id < 0 and self.papers.get(paper_id, given[paper_id]) != given[paper_id]}
        if stale:
            self._drop(stale)
        new = {paper_id: paper for paper_id, paper in given.items() if paper_id not in self.papers}
        self.papers |= new
        self.rows = {paper_id: row for row, paper_id in enumerate(self.papers)}
        self.vectors += self.model.vectors(list(new.values()))

    def of(self, papers: Iterable[int]) -> Remembered:
        """Return what is remembered of some papers, in their order."""
        known = [paper_id for paper_id in papers if paper_id in self.rows]
        rows = np.array([self.rows[paper_id] for paper_id in known], dtype=int)
        return Remembered([self.papers[paper_id] for paper_id in known], self.vectors[rows])
