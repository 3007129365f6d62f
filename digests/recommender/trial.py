"""A trial of the recommender on reading histories: trained on what was saved before, judged by what was saved next."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress

from digests.recommender.batch import Recommender
from digests.recommender.evaluation import Quality, best_first, quality
from digests.recommender.histories import Histories
from digests.recommender.model import Model
from digests.recommender.shapes import Candidate, PaperText, Reader

MOST = 100  # places of a ranking that are scored and written
LIST = 12  # papers in a digest
BATCH = 500  # readers in memory at once


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
        recommender = _recommender(histories, model)
    trained = time.perf_counter()
    rankings: dict[str, list[int]] = {}
    lists: dict[str, list[int]] = {}
    spent = 0.0
    with Progress(console=console) as progress:
        for batch in progress.track(list(_batches(names)), description="Ranking"):
            readers = [Reader(saved=histories.saved.get(name, [])) for name in batch]
            start = time.perf_counter()
            scores = recommender.scores(readers)
            best = best_first(scores, MOST)
            spent += time.perf_counter() - start
            for name, reader, row, columns in zip(batch, readers, scores, best, strict=True):
                rankings[name] = [recommender.candidates[column].id for column in columns]
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
        saved, wanted: ids of each reader's papers, of `old` and of `new`.
    """
    recommender = Recommender(model, [Candidate(id=paper.id, title=paper.title, abstract=paper.abstract) for paper in new])
    recommender.remember(old)
    rankings: list[list[int]] = []
    for start in range(0, len(saved), BATCH):
        scores = recommender.scores([Reader(saved=papers) for papers in saved[start : start + BATCH]])
        rankings += best_first(scores, MOST).tolist()
    return quality(rankings, [{recommender.rows[paper] for paper in papers} for papers in wanted], len(new))


def _recommender(histories: Histories, model: Model) -> Recommender:
    new = [paper for paper in histories.papers if paper.id in histories.new]
    recommender = Recommender(model, [Candidate(id=paper.id, title=paper.title, abstract=paper.abstract) for paper in new])
    recommender.remember(paper for paper in histories.papers if paper.id not in histories.new)
    return recommender


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]
