"""Real workers, a real clock and a real loop: they tell of themselves, and whoever is killed is seen to be gone."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.instance import CELERY, LOOP, Instance, kill

pytestmark = pytest.mark.faults
BEAT = ["celery", "--app", "config", "beat", "--loglevel", "ERROR"]


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    instance = Instance(Path(tmp_path_factory.mktemp("hearts")))
    instance.start()
    try:
        yield instance
    finally:
        instance.stop()


def rows(instance: Instance) -> dict[str, tuple[int, str]]:
    """What each role's process says of itself: its number, and what it did last."""
    with instance.servers.connect("lectern") as connection:
        found = connection.execute("SELECT role, pid, did FROM accounts_worker").fetchall()
    return {role: (pid, did) for role, pid, did in found}


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.2)


def test_processes_come_work_and_go_and_a_killed_one_leaves_its_row(instance: Instance) -> None:
    worker, beat, loop = instance.spawn(*CELERY), instance.spawn(*BEAT), instance.spawn(*LOOP)
    wait_until(lambda: rows(instance).keys() == {"worker", "beat", "loop"})
    assert {role: pid for role, (pid, _did) in rows(instance).items()} == {"worker": worker.pid, "beat": beat.pid, "loop": loop.pid}
    instance.hint()
    wait_until(lambda: rows(instance)["worker"][1] in {"digests.deliver", "digests.reap"})
    for process in (worker, beat):
        process.send_signal(signal.SIGTERM)
    wait_until(lambda: rows(instance).keys() == {"loop"})
    kill(loop)
    assert rows(instance)["loop"][0] == loop.pid
