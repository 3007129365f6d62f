"""The first page of /api/v1/papers/ beside a bare view: the same middleware, authentication and SQL, without models and serializers.

PAPERS says how many papers there are (1,000,000).
"""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from django.db import connection
from rich.table import Table

from accounts.actions.tokens import make_token
from accounts.models import ApiToken, Scope, User
from benchmarks import charts
from benchmarks.digests import free_port
from papers.models import Paper

CONNECTIONS, SECONDS, ROUNDS = 16, 8.0, 3
OURS, BARE = "/api/v1/papers/", "/bare/papers/"
# What charts leaves out: three authors, a summary and an abstract of each paper.
FILL = """
SET session_replication_role = replica;
INSERT INTO papers_author (name) SELECT 'Person ' || n FROM generate_series(1, {papers} / 5) AS n;
INSERT INTO papers_authorship (paper_id, author_id, position, orcid)
SELECT paper.id, (SELECT min(id) FROM papers_author) + (paper.id * (place + 3) % ({papers} / 5)), place, ''
FROM papers_paper AS paper CROSS JOIN generate_series(0, 2) AS place;
UPDATE papers_paper
SET abstract = repeat('Words of an abstract that is as long as they are. ', 24), author_count = 3, arxiv_id = 'x/' || id;
INSERT INTO papers_papersummary (paper_id, text, keywords)
SELECT id, repeat('Two sentences of it. ', 10), ARRAY['state space', 'graph', 'protein'] FROM papers_paper;
SET session_replication_role = DEFAULT;
"""


def measure(*, small: bool) -> Table:
    papers = 2_000 if small else int(os.environ.get("PAPERS", "1000000"))
    if not Paper.objects.exists():
        _fill(papers)
    table = Table("token", "view", "requests/s", "p50", "p95", "share", title=f"25 of {papers:,} papers, {CONNECTIONS} connections")
    with _gunicorn() as port:
        for name, scopes in (("papers:read", [Scope.PAPERS_READ]), ("all scopes", Scope.values)):
            for row in _compare(port, _token(scopes), seconds=1.0 if small else SECONDS, rounds=1 if small else ROUNDS):
                table.add_row(name, *row)
    return table


def _compare(port: int, token: str, *, seconds: float, rounds: int) -> Iterator[tuple[str, ...]]:
    """Ask both views by turns; yield a row for each."""
    times: dict[str, list[float]] = {OURS: [], BARE: []}
    for path in (OURS, BARE) * rounds:
        times[path] += _load(port, path, token, seconds=seconds)
    for path, taken in times.items():
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        share = f"{len(taken) / len(times[BARE]):.0%}"
        yield path, f"{len(taken) / (seconds * rounds):,.0f}", f"{p50 * 1000:.0f} ms", f"{p95 * 1000:.0f} ms", share


def _fill(papers: int) -> None:
    charts.fill(papers, 50 if papers < 10_000 else charts.READERS)
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(papers=papers))
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _token(scopes: Iterable[str]) -> str:
    """A token that was never used is noted as used by its first call; the others do not write."""
    reader = User.objects.order_by("pk")[:1].get()
    ApiToken.objects.filter(user=reader, name="benchmark").delete()
    return make_token(user=reader, name="benchmark", scopes=scopes)[1]


@contextmanager
def _gunicorn() -> Iterator[int]:
    """Serve as `make run` does, with one address more and no limit of calls."""
    port = free_port()
    more = {"DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings", "PORT": str(port), "API_RATE_USER": "100000000/min", "WEB_THREADS": "4"}
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
    server = subprocess.Popen(command, env=os.environ | more, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            _get(HTTPConnection("127.0.0.1", port), "/healthz", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("gunicorn did not start")


def _load(port: int, path: str, token: str, *, seconds: float) -> list[float]:
    """Ask again and again over some connections at once; return how long each answer took, in seconds."""
    taken: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=_ask_until, args=(port, path, token, until, own)) for own in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for own in taken for one in own]


def _ask_until(port: int, path: str, token: str, until: float, taken: list[float]) -> None:
    server, headers = HTTPConnection("127.0.0.1", port), {"Authorization": f"Bearer {token}"}
    while (began := time.perf_counter()) < until:
        _get(server, path, headers)
        taken.append(time.perf_counter() - began)


def _get(server: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    server.request("GET", path, headers=headers)
    answer = server.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body[:500])
    return body
