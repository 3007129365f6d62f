"""Recommenders side by side on one folder of reading histories: `HISTORIES=FOLDER python -m benchmarks recommender`."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from benchmarks.papers import made_up_records
from digests.recommender import trial
from digests.recommender.community import factorise
from digests.recommender.evaluation import Quality, best_first, quality
from digests.recommender.histories import Histories, read_histories
from digests.recommender.model import incidence

MOST = 100  # places that are scored
SAMPLE = 300  # readers for whom a classifier is fitted each
BATCH = 500


@dataclass(frozen=True)
class Week:
    """One folder as matrices: who saved what before, and which papers are new."""

    histories: Histories
    names: list[str]
    saved: csr_matrix  # (all readers, papers)
    rows: np.ndarray  # of `saved`, of the readers to score
    new: np.ndarray  # columns of `saved`
    texts: list[str]


Ranker = Callable[[Week, np.ndarray], Iterator[np.ndarray]]  # yields scores of some readers at a time, shape (some, new)


def measure(*, small: bool) -> Table:
    """Let each way train and rank, one after the other; seconds are wall clock, figures are means over readers."""
    with tempfile.TemporaryDirectory() as folder:
        given = os.environ.get("HISTORIES")
        week = _read(Path(given) if given and not small else _made_up(Path(folder), readers=200 if small else 2_000))
        table = Table("way", "nDCG@10", *(f"recall@{cutoff}" for cutoff in (10, 20, 50, 100)), "MRR", "coverage", "training", "readers/s")
        everybody = np.arange(len(week.rows))
        sample = everybody[:: max(1, len(everybody) // SAMPLE)]
        for name, ranker, is_sampled in WAYS:
            table.add_row(name, *_row(week, ranker, sample if is_sampled else everybody))
        outcome = trial.run(week.histories, console=Console(stderr=True))
        for name, found in (("Lectern's", outcome.scores), ("Lectern's, the list in the mail", outcome.lists)):
            table.add_row(name, *_cells(found, outcome.training, outcome.readers_per_second))
        same = _of_sample(week, outcome.rankings, sample)
        table.add_row("Lectern's, the sample", *_cells(same, outcome.training, outcome.readers_per_second))
    return table


def _row(week: Week, ranker: Ranker, chosen: np.ndarray) -> list[str]:
    """Score some of the readers; what comes before the first scores counts as training."""
    start, ranked, trained = time.perf_counter(), [], 0.0
    for scores in ranker(week, week.rows[chosen]):
        trained = trained or time.perf_counter() - start
        ranked += best_first(scores, MOST).tolist()
    seconds = time.perf_counter() - start - trained
    return _cells(quality(ranked, _truth(week, chosen), len(week.new)), trained, len(chosen) / max(seconds, 1e-9))


def _of_sample(week: Week, rankings: dict[str, list[str]], chosen: np.ndarray) -> Quality:
    places = {week.histories.keys[column]: place for place, column in enumerate(week.new)}
    names = [week.names[row] for row in week.rows[chosen]]
    return quality([[places[key] for key in rankings[name]] for name in names], _truth(week, chosen), len(week.new))


def _cells(found: Quality, training: float, speed: float) -> list[str]:
    figures = [found.ndcg, *found.recall.values(), found.mrr, found.coverage]
    return [*(f"{figure:.3f}" for figure in figures), f"{training:.0f} s", f"{speed:,.0f}"]


def _truth(week: Week, chosen: np.ndarray) -> list[set[int]]:
    places = {paper: place for place, paper in enumerate(week.new.tolist())}
    upcoming = week.histories.upcoming()
    return [{places[paper - 1] for paper in upcoming[week.names[row]]} for row in week.rows[chosen]]


def _read(folder: Path) -> Week:
    found = read_histories(folder)
    names = list(found.saved)
    old = ([paper - 1 for paper in papers if paper not in found.new] for papers in found.saved.values())
    saved = incidence([dict.fromkeys(papers, 1.0) for papers in old], len(found.papers))
    places = {name: row for row, name in enumerate(names)}
    scored = np.array([places[name] for name in found.readers_to_score() if name in places])
    return Week(found, names, saved, scored, np.array(sorted(found.new)) - 1, [paper.text for paper in found.papers])


def at_random(week: Week, rows: np.ndarray) -> Iterator[np.ndarray]:
    dice = np.random.default_rng(0)
    yield dice.random((len(rows), len(week.new)))


def nearest_centroid(week: Week, rows: np.ndarray) -> Iterator[np.ndarray]:
    features = _tf_idf(week.texts)
    profiles, new = week.saved[rows] @ features, features[week.new].T.tocsc()
    for start in range(0, len(rows), BATCH):
        yield (profiles[start : start + BATCH] @ new).toarray()


def one_classifier_each(week: Week, rows: np.ndarray) -> Iterator[np.ndarray]:
    """A linear SVM per reader, who saved a paper against who did not, as arxiv-sanity-lite does it."""
    features = _tf_idf(week.texts)
    old = np.setdiff1d(np.arange(len(week.texts)), week.new)
    for row in track(rows, "SVMs", console=Console(stderr=True)):
        labels = np.asarray(week.saved[row, old].todense()).ravel() > 0
        classifier = LinearSVC(class_weight="balanced", C=0.01, max_iter=10_000, tol=1e-6, random_state=0)
        yield classifier.fit(features[old], labels).decision_function(features[week.new])[None, :]


def factors_from_content(week: Week, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Factors of implicit feedback, those of new papers by ridge regression on their words."""
    content = TruncatedSVD(300, random_state=0).fit_transform(_tf_idf(week.texts)).astype(np.float32)
    readers, papers = factorise(week.saved)
    known = np.flatnonzero(np.asarray(week.saved.sum(axis=0)).ravel())
    basis = content[known]
    weights = np.linalg.solve(basis.T @ basis + np.eye(basis.shape[1]), basis.T @ papers[known])
    new = content[week.new] @ weights
    for start in range(0, len(rows), BATCH):
        yield readers[rows[start : start + BATCH]] @ new.T


def _tf_idf(texts: Sequence[str]) -> csr_matrix:
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=5, max_df=0.1, stop_words="english", dtype=np.float32)
    return csr_matrix(vectorizer.fit_transform(texts))


WAYS: list[tuple[str, Ranker, bool]] = [
    ("random", at_random, False),
    ("ALS factors, from content for new papers", factors_from_content, False),
    ("centroid of tf-idf", nearest_centroid, False),
    ("centroid of tf-idf, a sample of readers", nearest_centroid, True),
    ("a linear SVM per reader, the sample", one_classifier_each, True),
]


def _made_up(folder: Path, readers: int) -> Path:
    """A folder of made-up papers and of readers who keep to two subjects each, one paper in eight from anywhere."""
    dice, records = np.random.default_rng(0), list(made_up_records(readers * 4))
    subjects: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        subjects.setdefault(record.categories[0], []).append(number)
    is_new = dice.random(len(records)) < 0.2
    with (folder / "papers.jsonl").open("w") as lines:
        for number, record in enumerate(records):
            paper = {"key": f"p{number}", "title": record.title, "abstract": record.abstract, "new": bool(is_new[number])}
            lines.write(json.dumps(paper) + "\n")
    with (folder / "history.jsonl").open("w") as history, (folder / "upcoming.jsonl").open("w") as upcoming:
        for reader in range(readers):
            home = np.concatenate([subjects[code] for code in dice.choice(sorted(subjects), 2)])
            saved = np.unique([*dice.choice(home, 28), *dice.choice(len(records), 4)])
            for lines, papers in ((history, saved[~is_new[saved]]), (upcoming, saved[is_new[saved]])):
                if len(papers):
                    lines.write(json.dumps({"user": f"r{reader}", "papers": [f"p{paper}" for paper in papers]}) + "\n")
    return folder
