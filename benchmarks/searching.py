"""Searching: how fast each kind of search is, and how well real papers are found among made-up ones.

REAL_PAPERS names a file of JSON Lines with titles and abstracts to mix in beside the demo library.
PAPERS says how many made-up papers there are (100,000).
"""

import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from rich.table import Table

from benchmarks.papers import made_up_records
from papers.actions.indexing import index_papers, words_of
from papers.actions.ingest import ingest_papers
from papers.demo import LIBRARY
from papers.embedding import embed
from papers.models import Paper, PaperSearch, SearchWord
from papers.record import PaperRecord
from papers.search import search

ROUNDS = 60
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'papers_papersearch' AND indexdef NOT LIKE 'CREATE UNIQUE%' ORDER BY indexname
"""
FREQUENT = "SELECT word FROM papers_searchword WHERE papers >= %s OR length(to_tsvector('lectern', word)) = 0"
Query = Callable[[random.Random], str]


def measure(*, small: bool) -> Table:
    count = 3_000 if small else int(os.environ.get("PAPERS", "100000"))
    table = Table("what", "figure", title=f"Searching {count:,} made-up papers and the real ones")
    if not PaperSearch.objects.exists():
        _fill(count, table)
    kinds, rng = _kinds(), random.Random(1)
    for query in kinds.values():  # others before, since a site that is searched has its indexes in memory
        _times([query(random.Random(number)) for number in range(2, ROUNDS)])
    for name, query in kinds.items():
        table.add_row(name, _times([query(rng) for _ in range(ROUNDS)]))
    for name, (good, asked, wanted) in _quality(rng).items():
        table.add_row(name, f"{good / asked:.1%} of {asked} (wanted: {wanted})")
    return table


def _fill(count: int, table: Table) -> None:
    """Load first, index after: rows into full indexes are many times slower."""
    started = time.perf_counter()
    ingest_papers(records=made_up_records(count), source="made up", batch_size=5_000)
    ingest_papers(records=_records(LIBRARY), source="real")
    if path := os.environ.get("REAL_PAPERS"):
        ingest_papers(records=_records(Path(path)), source="other")
    table.add_row("import", f"{count / (time.perf_counter() - started):,.0f} papers/s")
    texts = [f"{record.title}. {record.abstract}" for record in made_up_records(5_000)]
    embed(texts[:10])  # loads the model
    started = time.perf_counter()
    embed(texts)
    table.add_row("embeddings alone", f"{len(texts) / (time.perf_counter() - started):,.0f} papers/s")
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _how in indexes:
            cursor.execute(f"DROP INDEX {name}")
        started = time.perf_counter()
        index_papers()
        table.add_row("words, summaries and embeddings", f"{count / (time.perf_counter() - started):,.0f} papers/s")
        cursor.execute("SET maintenance_work_mem = '2GB'")  # or the graph of neighbours is built on disk
        for name, how in indexes:
            started = time.perf_counter()
            cursor.execute(how)
            table.add_row(f"index {name}", f"{time.perf_counter() - started:.0f} s")
        cursor.execute("VACUUM ANALYZE")


def _records(path: Path) -> list[PaperRecord]:
    return [PaperRecord.from_mapping(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _kinds() -> dict[str, Query]:
    total = Paper.objects.count()
    counted = SearchWord.objects.values_list("word", "papers")
    common = [word for word, papers in counted.filter(papers__gt=total // 10).order_by("-papers")[50:250]]
    middle = [word for word, papers in counted.filter(papers__range=(total // 500, total // 50))[:500]]
    titles = list(Paper.objects.filter(source="made up").values_list("title", flat=True)[:2_000])

    def phrase(rng: random.Random) -> str:
        words = rng.choice(titles).split()
        return f'"{" ".join(words[1:3])}"'

    return {
        "one common word": lambda rng: rng.choice(common),
        "two words": lambda rng: f"{rng.choice(middle)} {rng.choice(middle)}",
        "a phrase": phrase,
        "by meaning behind a filter of about 0.5 %": lambda rng: f"{rng.choice(middle)} {rng.choice(middle)} cat:math.LO",
        "a typo": lambda rng: _with_typo(" ".join(rng.choice(titles).split()[:5]), rng),
    }


def _times(queries: Iterable[str]) -> str:
    reader, times, sizes = AnonymousUser(), [], []
    for query in queries:
        started = time.perf_counter()
        found = search(query, reader)
        times.append((time.perf_counter() - started) * 1_000)
        sizes.append(min(len(found.keys), 20))
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; rows of 20: {np.mean(sizes):.1f}"


def _quality(rng: random.Random) -> dict[str, tuple[int, int, str]]:
    groups = {"demo library": Paper.objects.filter(source="real"), "other real papers": Paper.objects.filter(source="other")}
    return {f"{group}: {name}": found for group, papers in groups.items() for name, found in _of_group(list(papers), rng).items()}


def _of_group(real: list[Paper], rng: random.Random) -> dict[str, tuple[int, int, str]]:
    """The made-up papers borrow their words from the demo library, so each of its papers has hundreds of near copies."""
    if not real:
        return {}
    frequent = _frequent()
    cases: dict[str, list[tuple[Paper, str, int]]] = {"title's words, first": [], "three rare-ish words of the abstract, first 10": []}
    cases["title with one typo, first 3"] = []
    for paper in real:
        words = re.findall(r"[^\W_]+", paper.title)
        cases["title's words, first"].append((paper, " ".join(words), 1))
        cases["title with one typo, first 3"].append((paper, _with_typo(" ".join(words), rng), 3))
        rare = sorted(word for word in words_of(paper.abstract) if word not in frequent and word.isascii())
        if len(rare) >= 3:
            cases["three rare-ish words of the abstract, first 10"].append((paper, " ".join(rng.sample(rare, 3)), 10))
    wanted = dict(zip(cases, ("98 %", "95 %", "90 %"), strict=True))
    return {name: (_hits(asked), len(asked), wanted[name]) for name, asked in cases.items()}


def _hits(asked: list[tuple[Paper, str, int]]) -> int:
    reader = AnonymousUser()
    return sum(paper.pk in islice(search(query, reader).keys, within) for paper, query, within in asked)


def _frequent() -> set[str]:
    """Words in 5 % of the papers or more, and those like "our" and "been" that search leaves out: real papers are full of them."""
    with connection.cursor() as cursor:
        cursor.execute(FREQUENT, [Paper.objects.count() * 0.05])
        return {word for (word,) in cursor.fetchall()}


def _with_typo(text: str, rng: random.Random) -> str:
    """Drop, double, change or swap a letter in one of the longer words."""
    words = text.split()
    place = rng.choice([number for number, word in enumerate(words) if len(word) == max(map(len, words))] + _long(words))
    word = words[place]
    at = rng.randrange(1, max(len(word) - 1, 2))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    made = (word[:at] + word[at + 1 :], word[:at] + word[at - 1] + word[at:], word[:at] + letter + word[at + 1 :])
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :] if at < len(word) else word
    words[place] = rng.choice((*made, swapped))
    return " ".join(words)


def _long(words: list[str]) -> list[int]:
    return [number for number, length in Counter({n: len(word) for n, word in enumerate(words)}).items() if length >= 4]
