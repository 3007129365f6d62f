"""The best 12 of 10,000 new papers for each of 100,000 readers, made up: seconds and memory of the weekly run's ranking."""

import resource
import time

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.papers import made_up_records
from digests.recommender import Model, PaperText, Reader, Signal
from digests.recommender.evaluation import best_first
from digests.recommender.trial import recommender_of

LIST, BATCH, KEPT = 12, 500, 20  # papers in a list, readers at once, papers a reader keeps
TRAINING_READERS = 5_000


def measure(*, small: bool) -> Table:
    """Train on some of the readers, then rank for all of them; memory is the process's largest."""
    readers, new = (1_000, 500) if small else (100_000, 10_000)
    dice, records = np.random.default_rng(0), list(made_up_records(2 * new))
    papers = [PaperText(id=n, title=each.title, abstract=each.abstract) for n, each in enumerate(records, start=1)]
    old, fresh = papers[:new], papers[new:]
    kept = dice.integers(1, new + 1, size=(readers, KEPT)).tolist()
    started = time.perf_counter()
    model = Model.train(papers, kept[:TRAINING_READERS])
    trained = time.perf_counter()
    recommender = recommender_of(model, new=fresh, old=old)
    ready = time.perf_counter()
    for start in track(range(0, readers, BATCH), "Ranking", console=Console(stderr=True)):
        readers_here = [Reader(signals=[Signal(paper) for paper in papers]) for papers in kept[start : start + BATCH]]
        best_first(recommender.scores(readers_here), LIST)
    seconds = time.perf_counter() - ready
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    table = Table("what", "figure", title=f"{readers:,} readers, {new:,} new papers")
    table.add_row(f"training on {min(readers, TRAINING_READERS):,} readers", f"{trained - started:.0f} s")
    table.add_row("reading the texts of old and new papers", f"{ready - trained:.0f} s")
    table.add_row("ranking all new papers for all readers", f"{seconds:.0f} s, {readers / seconds:,.0f} readers/s")
    table.add_row("most memory", f"{peak:.1f} GiB")
    return table
