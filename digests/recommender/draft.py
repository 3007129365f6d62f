"""A list in the making: one title once, not too many papers on one theme, quotas by category."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from digests.recommender.model import Likeness
from digests.recommender.shapes import Candidate, Quota

FEWEST_ON_A_THEME = 4  # papers on one theme that are never too many


class Draft:
    """Rows of candidates that were taken into a list so far.

    Args:
        candidates: what the rows are of.
        likeness: of the candidates.
        most_on_a_theme: how many of the list may be on one theme.
        titles: that the reader has already, in one spelling.
        quotas: by subject code.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        likeness: Likeness,
        *,
        most_on_a_theme: int,
        titles: Collection[str] = (),
        quotas: Mapping[str, Quota] | None = None,
    ) -> None:
        self.candidates, self.likeness = candidates, likeness
        self.most_on_a_theme, self.quotas = most_on_a_theme, quotas or {}
        self.titles, self.held = set(titles), Counter[str]()
        self.rows: list[int] = []

    def fill(self, rows: Iterable[int], most: int) -> None:
        """Take rows, the best first, until the list has `most`."""
        for row in rows:
            if len(self.rows) >= most:
                break
            self.take(row)

    def fill_quotas(self, rows: Sequence[int], most: int) -> None:
        """Take the best rows of each category of which there shall be some, as far as there are any."""
        for code, quota in self.quotas.items():
            for row in rows:
                if self.held[code] >= quota.at_least or len(self.rows) >= most:
                    break
                if code in self.candidates[row].categories:
                    self.take(row)

    def take(self, row: int) -> bool:
        """Take a row if it fits into the list; tell whether it did."""
        paper = self.candidates[row]
        if row in self.rows or paper.same_title in self.titles or self._is_over_quota(paper) or self._is_theme_full(row):
            return False
        self.rows.append(row)
        self.titles.add(paper.same_title)
        self.held.update(paper.categories)
        return True

    def _is_over_quota(self, paper: Candidate) -> bool:
        mosts = ((code, quota.at_most) for code, quota in self.quotas.items() if code in paper.categories)
        return any(most is not None and self.held[code] >= most for code, most in mosts)

    def _is_theme_full(self, row: int) -> bool:
        if len(self.rows) < self.most_on_a_theme:
            return False
        alike = self.likeness[np.array([row])].on_one_theme(self.likeness[np.array(self.rows)])
        return int(alike.sum()) >= self.most_on_a_theme


def most_on_a_theme(own: Likeness, limit: int) -> int:
    """Return how much of a list one theme may be: as much as it is of what the reader keeps, but always a few papers.

    A list then has the breadth of its reader, as in calibrated recommendations (Steck 2018).

    Args:
        own: papers of the reader's.
        limit: length of the list.
    """
    if len(own) < 2:
        return FEWEST_ON_A_THEME
    alike = own.on_one_theme(own)
    others = (alike.sum(axis=1) - alike.diagonal()) / (len(own) - 1)
    return max(FEWEST_ON_A_THEME, math.ceil(limit * float(others.mean())))
