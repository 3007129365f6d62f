"""Votes a second from many connections, beside a bare insert and update, in turns within one run."""

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from rich.table import Table

from accounts.models import User
from benchmarks.papers import made_up_records
from papers.actions.ingest import ingest_papers
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import Paper

PAPERS = 50
Act = Callable[[User, Paper], object]


def measure(*, small: bool) -> Table:
    """Toggle votes on 50 papers; both ways take turns three times, the best of each counts."""
    connections, rounds = (4, 40) if small else (16, 400)
    ingest_papers(records=made_up_records(PAPERS), source="benchmark")
    readers = [User.objects.create_user(f"r{number}@lab.example") for number in range(connections)]
    best = {"cast_vote / withdraw_vote": 0.0, "bare INSERT + UPDATE, DELETE + UPDATE": 0.0}
    for _ in range(3):
        for name, act in zip(best, (_by_action, _bare), strict=True):
            best[name] = max(best[name], _rate(readers, rounds, act))
    table = Table("way", "votes/s", title=f"{connections} connections on {PAPERS} papers, {os.cpu_count()} cores")
    for name, rate in best.items():
        table.add_row(name, f"{rate:,.0f}")
    table.add_row(
        "wrong counts", str(sum(paper.stats.vote_count != paper.votes.count() for paper in Paper.objects.select_related("stats")))
    )
    return table


def _rate(readers: list[User], rounds: int, act: Act) -> float:
    papers = list(Paper.objects.select_related("stats"))

    def run(reader: User) -> None:
        chosen = random.Random(reader.pk)
        for _ in range(rounds):
            act(reader, chosen.choice(papers))
        connection.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(len(readers)) as pool:
        list(pool.map(run, readers))
    return len(readers) * rounds / (time.perf_counter() - start)


def _by_action(reader: User, paper: Paper) -> None:
    if not cast_vote(user=reader, paper=paper):
        withdraw_vote(user=reader, paper=paper)


def _bare(reader: User, paper: Paper) -> None:
    """The least that could be done on the same connection: two or three statements, no model, no score."""
    pair = [reader.pk, paper.pk]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO papers_vote (user_id, paper_id, created_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING", pair)
        step = 1 if cursor.rowcount else -1
        if step < 0:
            cursor.execute("DELETE FROM papers_vote WHERE user_id = %s AND paper_id = %s", pair)
        cursor.execute("UPDATE papers_paperstats SET vote_count = vote_count + %s WHERE paper_id = %s", [step, paper.pk])
