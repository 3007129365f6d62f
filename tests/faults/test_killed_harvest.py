"""A harvest killed with -9 again and again: every paper comes in once, and the counts say so."""

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.instance import Instance, kill
from tests.papers.hosts import Archive, Deposit, serving

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
PAPERS, PAGE, STRIKES = 600, 15, 8
LONGEST = 150  # seconds; by far, unless something hangs


@pytest.fixture
def instance() -> Iterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="lec-faults-", ignore_cleanup_errors=True) as folder:
        instance = Instance(Path(folder), more={"FETCH_PAUSE": "0", "FETCH_PRIVATE": "1"})
        try:
            instance.start()
            yield instance
        finally:
            instance.stop()


def test_every_paper_comes_in_once(instance: Instance) -> None:
    with serving(Archive([Deposit(number) for number in range(1, PAPERS + 1)], page=PAGE, slowness=0.03)) as archive:
        with instance.servers.connect("lectern") as database:
            database.autocommit = True
            database.execute(
                "INSERT INTO papers_source (name, kind, wanted, address, every_hours, is_active, cursor)"
                " VALUES ('a', 'oai', '', %s, 24, true, '{}')",
                [f"{archive.url}/oai"],
            )
            strikes, deadline = 0, time.monotonic() + LONGEST
            while database.execute("SELECT count(*) FROM papers_harvest WHERE state = 'done'").fetchone() == (0,):
                assert time.monotonic() < deadline
                walker = instance.spawn("manage", "harvest")
                while walker.poll() is None and (strikes >= STRIKES or not _has_walked(database, random.randint(1, 4))):
                    time.sleep(0.02)
                kill(walker)
                strikes += 1
                database.execute("UPDATE papers_source SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL")
            assert strikes > STRIKES
            counts = database.execute("SELECT count(*), count(DISTINCT arxiv_id) FROM papers_paper").fetchone()
            run = database.execute("SELECT count(*), sum(added), sum(unchanged), sum(pages) FROM papers_harvest").fetchone()
        assert counts == (PAPERS, PAPERS)
        assert run == (1, PAPERS, 0, PAPERS // PAGE)
        assert len(archive.asked) > PAPERS // PAGE, "no kill hit a page on its way"


def _has_walked(database: object, pages: int) -> bool:
    """Whether some more pages were taken since this was last asked for."""
    taken = database.execute("SELECT coalesce(sum(pages), 0) FROM papers_harvest").fetchone()[0]  # type: ignore[attr-defined]
    if taken >= _has_walked.until:  # type: ignore[attr-defined]
        _has_walked.until = taken + pages  # type: ignore[attr-defined]
        return True
    return False


_has_walked.until = 1  # type: ignore[attr-defined]
