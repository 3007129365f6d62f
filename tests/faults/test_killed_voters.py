"""Web workers killed with -9 under 64 readers who vote: every count is its rows, and every answer that was given holds."""

import http.client
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from threading import Event
from typing import Any

import psutil
import pytest

from tests.digests.relay import free_port
from tests.faults.instance import Instance, children, wait_for_port

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
FULL = os.environ.get("FAULTS") == "full"
READERS, PAPERS, WORKERS = 64, 50, 3
KILLS = 80 if FULL else 6
ANSWERS = (40, 200)  # answers between two kills: a worker takes seconds to come up, and one that never served proves nothing
LONGEST = 900 if FULL else 240  # seconds; by far, unless something hangs
WRONG = """
    SELECT count(*) FROM papers_paperstats AS stats JOIN papers_paper AS paper ON paper.id = stats.paper_id CROSS JOIN LATERAL (
        SELECT count(*) AS n, count(DISTINCT user_id) AS people FROM papers_vote WHERE paper_id = stats.paper_id
    ) AS votes
    WHERE ARRAY[vote_count, day_votes, week_votes, month_votes, year_votes, first_week_votes] <> array_fill(votes.n::int, ARRAY[6])
        OR votes.people <> votes.n
        OR abs(hot - log(greatest(votes.n, 1)::float8) - extract(epoch FROM first_seen_at)::float8 / 432000) > 1e-6
"""
VOTES = "SELECT slug, name FROM papers_vote JOIN papers_paper ON papers_paper.id = paper_id JOIN accounts_namespace USING (user_id)"


@dataclass
class Voter:
    """One connection of one reader: votes and takes back at random, and knows what the last answer on each paper promised."""

    name: str
    key: str
    port: int
    answers: Counter[int] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)  # connections, by what broke them
    promised: dict[str, bool] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)  # no answer came, so the statement may still have run, or run later

    def vote_until(self, end: Event) -> None:
        dice, connection = random.Random(self.name), self._connect()
        while not end.is_set():
            slug, is_cast = f"2401.{dice.randint(1, PAPERS):05d}", dice.random() < 0.6
            try:
                status = self._ask(connection, slug, is_cast)
            except (OSError, http.client.HTTPException) as problem:
                self.lost[type(problem).__name__] += 1
                self.doubtful.add(slug)
                connection.close()
                connection = self._connect()
            else:
                self.answers[status] += 1
                self.promised[slug] = is_cast
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def _ask(self, connection: http.client.HTTPConnection, slug: str, is_cast: bool) -> int:
        connection.request("PUT" if is_cast else "DELETE", f"/api/v1/papers/{slug}/vote/", headers={"Authorization": f"Bearer {self.key}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status


@pytest.fixture
def instance() -> Iterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="lec-votes-", ignore_cleanup_errors=True) as folder:
        instance = Instance(Path(folder))
        try:
            instance.start()
            yield instance
        finally:
            instance.stop()


def strike(server: Popen[bytes], port: int, voters: list[Voter]) -> None:
    """Kill one worker after the other, each after some more answers: one that readers are connected to, for an idle one proves nothing."""
    deadline, wanted = time.monotonic() + LONGEST, 0
    for _ in range(KILLS):
        wanted += random.randint(*ANSWERS)
        while not (sum(voter.answers.total() for voter in voters) >= wanted and (serving := connected(server, port))):
            assert time.monotonic() < deadline, "nobody answers any more"
            time.sleep(0.01)
        with suppress(psutil.NoSuchProcess):
            random.choice(serving).send_signal(signal.SIGKILL)


def connected(server: Popen[bytes], port: int) -> list[psutil.Process]:
    return [
        worker for worker in children(server) if any(pair.status == "ESTABLISHED" and pair.laddr.port == port for pair in sockets(worker))
    ]


def sockets(worker: psutil.Process) -> list[Any]:
    with suppress(psutil.Error):
        return worker.net_connections("tcp")
    return []


@pytest.mark.timeout(1200)
def test_counts_are_rows_whatever_is_killed(instance: Instance) -> None:
    keys, port = instance.folder / "keys-of-voters", free_port()
    (instance.folder / "static").mkdir()
    instance.run("tests.faults.seed_voters", str(READERS), str(PAPERS), str(keys))
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", "8"]
    server = instance.spawn("gunicorn", "config.wsgi", "--config", "config/gunicorn.py", *options)
    wait_for_port(port)
    voters = [Voter(f"reader{number}", key, port) for number, key in enumerate(keys.read_text().split())]
    end, started = Event(), time.monotonic()
    with ThreadPoolExecutor(READERS) as threads:
        voting = [threads.submit(voter.vote_until, end) for voter in voters]
        try:
            strike(server, port, voters)
        finally:
            end.set()
        for each in voting:
            each.result()
    took = time.monotonic() - started
    answers, lost = sum((voter.answers for voter in voters), Counter()), sum((voter.lost for voter in voters), Counter())
    sys.stdout.write(f"{answers.total()} votes in {took:.0f} s, {KILLS} workers killed, answers {dict(answers)}, lost {dict(lost)}\n")
    assert set(answers) == {200}
    assert lost, "no kill hit a request on its way"
    assert "TimeoutError" not in lost, "a request hung"
    with instance.servers.connect("lectern") as database:
        assert database.execute(WRONG).fetchone() == (0,)
        there = set(database.execute(VOTES).fetchall())
    promised = {(slug, voter.name): is_cast for voter in voters for slug, is_cast in voter.promised.items() if slug not in voter.doubtful}
    assert {pair for pair, is_cast in promised.items() if is_cast} <= there
    assert not {pair for pair, is_cast in promised.items() if not is_cast} & there
