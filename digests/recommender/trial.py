"""A trial of the recommender on reading histories: trained on what was saved before, judged by what was saved next."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.progress import Progress

from digests.recommender.batch import Recommender
from digests.recommender.choosing import BARS
from digests.recommender.evaluation import Quality, best_first, quality
from digests.recommender.histories import Histories
from digests.recommender.model import Model
from digests.recommender.shapes import Candidate, PaperText, Reader, Signal

MOST = 100  # places of a ranking that are scored and written
LIST = 12  # papers in a digest
BATCH = 500  # readers in memory at once
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial found.

    Args:
        scores: quality of the scorer's order.
        lists: quality of the digests that come of it.
        training: seconds.
        readers_per_second: of scoring and sorting.
        rankings: keys of each reader's first hundred papers, the best first.
    """

    scores: Quality
    lists: Quality
    training: float
    readers_per_second: float
    rankings: dict[str, list[str]]


def run(histories: Histories, *, console: Console) -> Outcome:
    """Train on the histories, rank all new papers for each reader who is to be scored, and only then look at what they saved."""
    names = histories.readers_to_score()
    started = time.perf_counter()
    with console.status("Training …"):
        model = Model.train(histories.papers, list(histories.saved.values()))
        new, old = ([paper for paper in histories.papers if (paper.id in histories.new) == is_new] for is_new in (True, False))
        recommender = recommender_of(model, new=new, old=old)
    trained = time.perf_counter()
    rankings: dict[str, list[int]] = {}
    lists: dict[str, list[int]] = {}
    spent = 0.0
    with Progress(console=console) as progress:
        for batch in progress.track(list(_batches(names)), description="Ranking"):
            start = time.perf_counter()
            readers, scores, best = _rank(recommender, [histories.saved.get(name, []) for name in batch])
            spent += time.perf_counter() - start
            for name, reader, row, columns in zip(batch, readers, scores, best, strict=True):
                rankings[name] = [recommender.shelf.candidates[column].id for column in columns]
                lists[name] = [one.paper for one in recommender.choose(reader, row, LIST)]
    upcoming = histories.upcoming()
    relevant = [upcoming.get(name, set()) for name in names]
    return Outcome(
        scores=quality([rankings[name] for name in names], relevant, len(histories.new)),
        lists=quality([lists[name] for name in names], relevant, len(histories.new)),
        training=trained - started,
        readers_per_second=len(names) / max(spent, 1e-9),
        rankings={name: [histories.keys[paper - 1] for paper in papers] for name, papers in rankings.items()},
    )


def judge(
    model: Model, *, new: list[PaperText], old: list[PaperText], saved: Sequence[Sequence[int]], wanted: Sequence[Collection[int]]
) -> Quality:
    """Let a model rank some papers for readers, and score that by what they kept of them.

    Args:
        new: the papers to rank.
        old: what the readers' earlier papers are among.
        saved, wanted: ids of each reader's papers, of `old` and of `new`; others count nothing.
    """
    recommender = recommender_of(model, new=new, old=old)
    rankings = [columns for batch in _batches(saved) for columns in _rank(recommender, batch)[2].tolist()]
    relevant = [{recommender.shelf.rows[paper] for paper in papers if paper in recommender.shelf.rows} for papers in wanted]
    return quality(rankings, relevant, len(new))


def recommender_of(model: Model, *, new: Sequence[PaperText], old: Sequence[PaperText]) -> Recommender:
    """Return one that ranks the new papers for readers whose papers are among the old ones."""
    recommender = Recommender(model, (Candidate(id=paper.id, title=paper.title, abstract=paper.abstract) for paper in new))
    recommender.memory.remember(old)
    return recommender


def _rank(recommender: Recommender, saved: Sequence[Sequence[int]]) -> tuple[list[Reader], np.ndarray, np.ndarray]:
    """Return readers who saved so much, their scores of all candidates, and the columns of the best, the best first."""
    readers = [Reader(signals=[Signal(paper) for paper in papers], bar=BARS["usual"]) for papers in saved]
    scores = recommender.scores(readers)
    return readers, scores, best_first(scores, MOST)


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
