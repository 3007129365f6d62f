"""Votes a second from many connections, beside a bare loop on the same driver, in turns within one run."""

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from django.db import connection
from rich.table import Table

from accounts.models import User
from benchmarks.papers import made_up_records
from papers.actions.counting import recount_votes
from papers.actions.ingest import ingest_papers
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import Paper, Vote

PAPERS, TURNS = 50, 5
Act = Callable[[Paper, bool], object]  # a paper, and whether the vote is cast or taken back
INSERT = "INSERT INTO papers_vote (user_id, paper_id, created_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING"
DELETE = "DELETE FROM papers_vote WHERE user_id = %s AND paper_id = %s"
UPDATE = "UPDATE papers_paperstats SET vote_count = vote_count + %s WHERE paper_id = %s"


def measure(*, small: bool) -> Table:
    """Cast votes on 50 papers and take them back, in each reader's own random order; all ways take turns, the best of five counts."""
    connections, rounds = (4, 40) if small else (64, 100)
    ingest_papers(records=made_up_records(PAPERS), source="benchmark")
    readers = [User.objects.create_user(f"r{number}@lab.example") for number in range(connections)]
    ways = {
        "cast_vote / withdraw_vote": _by_action,
        "bare: BEGIN, INSERT or DELETE, UPDATE, COMMIT": _bare,
        "bare: the same, each statement by itself": _bare_in_autocommit,
    }
    best = dict.fromkeys(ways, 0.0)
    for _ in range(TURNS):
        for name, way in ways.items():
            best[name] = max(best[name], _rate(readers, rounds, way))
    table = Table("way", "votes/s", "", title=f"{connections} connections on {PAPERS} papers, {os.cpu_count()} cores")
    for name, rate in best.items():
        table.add_row(name, f"{rate:,.0f}", f"{best['cast_vote / withdraw_vote'] / rate:.0%}")
    table.add_row("wrong counts", str(sum(_is_wrong(paper) for paper in Paper.objects.select_related("stats"))))
    return table


def _rate(readers: list[User], rounds: int, way: Callable[[User], Act]) -> float:
    papers = list(Paper.objects.all())
    Vote.objects.all().delete()  # the bare ways do not count by day or week
    recount_votes(papers=[paper.pk for paper in papers])

    def run(reader: User) -> None:
        act, dice, voted = way(reader), random.Random(reader.pk), set[int]()
        for _ in range(rounds):
            paper = dice.choice(papers)
            act(paper, paper.pk not in voted)
            voted ^= {paper.pk}
        connection.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(len(readers)) as pool:
        list(pool.map(run, readers))
    return len(readers) * rounds / (time.perf_counter() - start)


def _by_action(reader: User) -> Act:
    return lambda paper, is_cast: (cast_vote if is_cast else withdraw_vote)(user=reader, paper=paper)


def _bare(reader: User) -> Act:
    """The least that keeps a count: psycopg itself, two statements in a transaction; no Django, no score, no votes of the week."""
    database = psycopg.connect(**_where(), autocommit=True)

    def act(paper: Paper, is_cast: bool) -> None:
        with database.transaction():
            _move(database, reader.pk, paper.pk, is_cast)

    return act


def _bare_in_autocommit(reader: User) -> Act:
    """Not safe: a process that dies in between leaves a wrong count."""
    database = psycopg.connect(**_where(), autocommit=True)
    return lambda paper, is_cast: _move(database, reader.pk, paper.pk, is_cast)


def _move(database: psycopg.Connection[Any], reader: int, paper: int, is_cast: bool) -> None:
    database.execute(INSERT if is_cast else DELETE, [reader, paper])
    database.execute(UPDATE, [1 if is_cast else -1, paper])


def _where() -> dict[str, Any]:
    """Where the database is, without what Django adds for itself."""
    return {
        name: value for name, value in connection.get_connection_params().items() if name in {"dbname", "user", "password", "host", "port"}
    }


def _is_wrong(paper: Paper) -> bool:
    return paper.stats.vote_count != paper.votes.count()
