"""An import killed with -9 again and again: whatever was told is in once, whole, and running it again changes nothing."""

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.instance import Instance, kill
from tests.papers.test_adding import snapshot_line

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
PAPERS, STRIKES = 15_000, 3
LONGEST = 400  # seconds; by far, unless something hangs
WHOLE = """
    SELECT count(*), count(DISTINCT arxiv_id), count(stats.paper_id), sum(author_count),
        (SELECT count(*) FROM papers_authorship), (SELECT count(*) FROM papers_papercategory), (SELECT count(*) FROM papers_version)
    FROM papers_paper LEFT JOIN papers_paperstats stats ON stats.paper_id = papers_paper.id
"""


@pytest.fixture
def instance() -> Iterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="lec-faults-", ignore_cleanup_errors=True) as folder:
        instance = Instance(Path(folder))
        try:
            instance.start()
            yield instance
        finally:
            instance.stop()


def test_every_paper_of_a_snapshot_comes_in_once_and_whole(instance: Instance, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_bytes(b"".join(snapshot_line(number) for number in range(1, PAPERS + 1)))
    with instance.servers.connect("lectern") as database:
        database.autocommit = True
        for strike in range(STRIKES):
            there, deadline = _count(database), time.monotonic() + LONGEST
            importer = instance.spawn("manage", "import_papers", str(snapshot))
            while _count(database) == there and importer.poll() is None:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(random.uniform(0, 0.3))
            assert importer.poll() is None or strike, "no kill hit the import on its way"
            kill(importer)
            papers, *_rest = counts = database.execute(WHOLE).fetchone()
            assert counts == (papers, papers, papers, 2 * papers, 2 * papers, 2 * papers, papers)
        assert instance.spawn("manage", "import_papers", str(snapshot)).wait(LONGEST) == 0
        assert _count(database) == PAPERS


def _count(database: object) -> int:
    return int(database.execute("SELECT count(*) FROM papers_paper").fetchone()[0])  # type: ignore[attr-defined]
