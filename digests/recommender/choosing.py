"""From the scores of one reader to a list: raised and lowered, filtered, and not all on one theme."""

from collections import defaultdict

import numpy as np

from digests.recommender.draft import Draft, most_on_a_theme
from digests.recommender.memory import Remembered
from digests.recommender.reasons import NEAR, reasons_of, surprise_reason
from digests.recommender.shapes import Reader, Recommendation
from digests.recommender.shelf import Shelf

# In standard deviations above an ordinary paper. What a saved search found is worth as much as a close resemblance,
# for who saved the search asked for it.
MATCH = 4.0
# So is a new paper by an author whom the reader follows; what others chose is a weaker hint.
CITES = 3.0  # one of the reader's papers
FOLLOWED = {"by_author": 4.0, "in_followed_list": 2.0, "in_team_list": 2.0, "upvoted_by": 1.5, "upvoted_in_team": 1.5}
CATEGORY = 1.0  # of a category that the reader named; half as much for a reader of ten papers
FEW = 5  # papers of a reader who is hardly known: what is new in their categories is good enough
# By how much a paper is lowered that is the same as one that is not for the reader, and its likes by their cosine above what any two
# papers of a field may have in common.
AVERSION, UNLIKE = 10.0, 0.1
AVERSION_FADES = 365.0  # days until "not for me" says half as much
# How far above an ordinary paper the least of a list is, by how choosy its reader is. Of what readers of citeulike went on
# to save 78, 64 and 39 % were above that.
BARS = {"easy": 1.0, "usual": 2.0, "strict": 4.0}
SHARE = 3  # a list has at most a third of one search's or one list's because of it
SHORTLIST = 500  # the best for a reader, which a list is made of
MOST_OWN = 50  # the latest papers of a reader that say how wide the reader reads, and what is outside of it
LONG_ENOUGH = 6  # papers in a list with a place for a surprise


class Choice:
    """What one reader may be given, and in which order.

    What saved searches found, what comes from those whom the reader follows, and the reader's categories are raised;
    what resembles papers that are not for the reader is lowered. Equal scores go by demand, so readers without papers
    get that only. No title comes twice, nor one that the reader has already; no theme is more of the list than it is
    of what the reader keeps. The list may be short, or empty: it is never padded.

    Args:
        shelf: the candidates.
        scores: of this reader by their papers alone, shape (candidates,).
        own: the reader's papers, the latest first.
        disliked: papers that are not for the reader.
    """

    def __init__(self, shelf: Shelf, reader: Reader, scores: np.ndarray, own: Remembered, disliked: Remembered) -> None:
        self.shelf, self.reader, self.scores, self.own, self.disliked = shelf, reader, scores, own, disliked
        self.had = reader.had
        told = [place for place, paper in enumerate(own.papers) if paper.id in self.had]  # not by the reader's teams alone
        self.known = len(told) if scores.any() else 0
        self.named = shelf.in_categories(reader.categories)
        self.titles = {own.papers[place].same_title for place in told}
        self.latest = own.vectors.likeness[np.array(told[:MOST_OWN], dtype=int)]
        self.likeness = shelf.vectors.likeness

    def recommendations(self, limit: int) -> list[Recommendation]:
        """Return up to `limit` papers, the best first; the last may be a surprise."""
        possible = self._possible()
        raised, brought = self._raised(limit)
        rows = np.union1d(_best(raised, possible, SHORTLIST), brought[possible[brought]])
        raised[rows] -= self._aversion(rows)
        rows = rows[self._good_enough(raised, brought)[rows]]
        best = rows[np.lexsort((rows, -raised[rows]))].tolist()
        draft = self._draft(limit)
        is_open = bool(self.reader.surprise and self.known and limit >= LONG_ENOUGH)
        draft.fill_quotas(best, limit - is_open)
        draft.fill(best, limit - is_open)
        surprise = self._surprise(possible, draft) if is_open and len(draft.rows) >= LONG_ENOUGH - 1 else []
        if not surprise:
            draft.fill(best, limit)
        chosen = sorted((row for row in draft.rows if row not in surprise), key=lambda row: (-raised[row], row))
        reasons = self._reasons(chosen) + [surprise_reason(self.shelf.candidates[row]) for row in surprise]
        return [
            Recommendation(self.shelf.candidates[row].id, round(float(raised[row]), 6), reason)
            for row, reason in zip(chosen + surprise, reasons, strict=True)
        ]

    def _possible(self) -> np.ndarray:
        """Return which candidates may be in a list of the reader's at all, shape (candidates,)."""
        reader, possible = self.reader, np.ones(len(self.shelf), dtype=bool)
        possible[self.shelf.rows_of({*reader.known, *self.had, *reader.dismissed})] = False
        if reader.must:
            possible &= self.shelf.texts.mentioning_any(reader.must)
        if reader.never:
            possible &= ~self.shelf.texts.mentioning_any(reader.never)
        return possible

    def _raised(self, limit: int) -> tuple[np.ndarray, np.ndarray]:
        """Add to the scores what categories, searches, follows, teams and citations are worth.

        Returns:
            the scores, shape (candidates,), and the rows that something brought: of each source the best few, so that none fills the list.
        """
        raised, sources = self.scores + self.named * (CATEGORY / (1 + self.known / 10)), defaultdict(list)
        for paper_id, search in self.reader.matches.items():
            sources[MATCH, search].append(paper_id)
        for paper_id, reason in self.reader.followed.items():
            of_whom = next((reason[fact] for fact in ("author", "list", "person", "team") if fact in reason), "")
            sources[FOLLOWED[reason["kind"]], f"{reason['kind']} {of_whom}"].append(paper_id)
        for paper_id, cited in self.reader.citing.items():
            sources[CITES, str(cited)].append(paper_id)
        brought: list[int] = []
        for (worth, _source), papers in sources.items():
            rows = sorted(self.shelf.rows_of(papers), key=lambda row: (-self.scores[row], row))[: max(1, limit // SHARE)]
            raised[rows] += worth
            brought += rows
        return raised, np.unique(np.array(brought, dtype=int))

    def _aversion(self, rows: np.ndarray) -> np.ndarray:
        """Return by how much some candidates are to be lowered, for their likeness to what is not for the reader, shape (rows,)."""
        if not len(self.disliked) or not len(rows):
            return np.zeros(len(rows))
        ages = np.nan_to_num([self.reader.dismissed[paper.id] for paper in self.disliked.papers]).clip(0)
        alike = self.likeness[rows].cosines(self.disliked.vectors.likeness) * 0.5 ** (ages / AVERSION_FADES)
        lowered: np.ndarray = AVERSION * (alike.max(axis=1) - UNLIKE).clip(0)
        return lowered

    def _good_enough(self, raised: np.ndarray, brought: np.ndarray) -> np.ndarray:
        """Return which candidates a list may hold rather than be short, shape (candidates,).

        What was brought by something that the reader asked for always is. In a small catalogue, where no paper is
        ordinary, one has to have words in common with one of the reader's.
        """
        if not self.known:
            return self.named | self.shelf.in_demand if self.reader.categories else np.ones(len(self.shelf), dtype=bool)
        good = np.asarray(raised >= self.reader.bar)
        if not self.likeness.is_learnt:
            near = self.likeness.cosines(self.own.vectors.likeness) >= NEAR * self.reader.bar / BARS["usual"]
            good = np.asarray(near.any(axis=1))
        good[brought] = True
        return good | self.named if self.known < FEW else good

    def _draft(self, limit: int) -> Draft:
        return Draft(
            self.shelf.candidates,
            self.likeness,
            most_on_a_theme=most_on_a_theme(self.latest, limit),
            titles=self.titles,
            quotas=self.reader.quotas,
        )

    def _surprise(self, possible: np.ndarray, draft: Draft) -> list[int]:
        """Take the candidate most in demand that is on no theme of the reader's into the list, and return it, if there is one.

        It is not among the half that is farther from the reader's taste, nor like what is not for the reader.
        """
        rows = np.flatnonzero(possible & self.shelf.in_demand & (self.scores >= np.median(self.scores)))[:SHORTLIST]  # by demand
        outside = rows[~self.likeness[rows].on_one_theme(self.latest).any(axis=1)]
        outside = outside[self._aversion(outside) == 0]
        return next(([row] for row in outside.tolist() if draft.take(row)), [])

    def _reasons(self, chosen: list[int]) -> list[dict[str, object]]:
        papers = [self.shelf.candidates[row] for row in chosen]
        return reasons_of(papers, self.shelf.vectors[np.array(chosen, dtype=int)], self.own, self.reader)


def _best(scores: np.ndarray, possible: np.ndarray, most: int) -> np.ndarray:
    """Return up to `most` of the possible rows with the highest scores, of equal ones the first."""
    rows = np.flatnonzero(possible)
    if len(rows) <= most:
        return rows
    least = np.partition(scores[rows], len(rows) - most)[len(rows) - most]
    return np.concatenate([rows[scores[rows] > least], rows[scores[rows] == least]])[:most]
