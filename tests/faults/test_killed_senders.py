"""Senders killed with -9 at random moments, again and again: no mail is lost and none is doubled."""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.faults.instance import CELERY, LOOP, Instance, children, kill

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
FULL = os.environ.get("FAULTS") == "full"
MAILS, KILLS = (2_000, 200) if FULL else (200, 20)
LONGEST = 600 if FULL else 50  # seconds


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="lec-faults-", ignore_cleanup_errors=True) as folder:
        instance = Instance(Path(folder))
        try:
            instance.start()
            yield instance
        finally:
            instance.stop()


@pytest.fixture
def outbox(instance: Instance) -> set[str]:
    """The Message-IDs of the mails that wait."""
    instance.run("tests.faults.seed", str(MAILS))
    assert instance.states() == {"pending": MAILS}
    return instance.message_ids()


def harass(instance: Instance, strike: Callable[[], bool], pause: float, between: Callable[[int], None]) -> int:
    """Strike until the outbox is empty, at most KILLS times, then let the workers finish; return the strikes that hit."""
    kills, deadline = 0, time.monotonic() + LONGEST
    while instance.states()["sent"] < MAILS:
        assert time.monotonic() < deadline, instance.states()
        between(kills)
        time.sleep(random.uniform(0, 2 * pause))
        if kills < KILLS:
            kills += strike()
    return kills


def assert_each_went_out_once(instance: Instance, outbox: set[str]) -> None:
    accepted = instance.accepted()
    assert outbox - set(accepted) == set(), "lost"
    assert {message_id: count for message_id, count in accepted.items() if count > 1} == {}, "doubled"
    assert instance.states() == {"sent": MAILS}


def test_celery_s_workers_killed_and_its_broker_emptied(instance: Instance, outbox: set[str]) -> None:
    workers = [instance.spawn(*CELERY)]

    def strike() -> bool:
        """Kill one busy child; each seventh time the whole worker."""
        if random.random() < 1 / 7:
            kill(workers.pop())
            workers.append(instance.spawn(*CELERY))
            return True
        busy = children(workers[0])
        with suppress(psutil.NoSuchProcess, IndexError):
            random.choice(busy).kill()
            return True
        return False

    def between(kills: int) -> None:
        if kills % 4 == 3:
            instance.servers.valkey_client().flushall()
        instance.hint()

    assert harass(instance, strike, 0.15, between) >= 5, "the kills came too late to prove anything"
    kill(workers[0])
    assert_each_went_out_once(instance, outbox)


def test_plain_loops_killed_without_any_broker(instance: Instance, outbox: set[str]) -> None:
    workers = [instance.spawn(*LOOP) for _ in range(3)]

    def strike() -> bool:
        kill(workers.pop(0))
        workers.append(instance.spawn(*LOOP))
        return True

    assert harass(instance, strike, 0.6, lambda _kills: None) >= 3, "the kills came too late to prove anything"
    for worker in workers:
        kill(worker)
    assert_each_went_out_once(instance, outbox)
