"""Senders killed with -9, by chance and where it hurts, again and again: no mail is lost and none is doubled."""

import os
import random
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from tests.faults.instance import CELERY, LOOP, Instance, assert_each_went_out_once, children, kill

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(3600)]
FULL = os.environ.get("FAULTS") == "full"
MAILS, STRIKES = (10_000, 100) if FULL else (200, 6)
LONGEST = 3_600 if FULL else 120  # seconds; by far, unless something hangs


@pytest.fixture
def outbox(instance: Instance) -> set[str]:
    """The Message-IDs of the mails that wait."""
    instance.use("--murders", "0.012")
    instance.run("tests.faults.seed", str(MAILS))
    assert instance.states() == {"pending": MAILS}
    return instance.message_ids()


def harass(instance: Instance, strike: Callable[[], None], nurse: Callable[[], None]) -> None:
    """Strike at random moments, beside the relay's own murders, until every mail is sent."""
    strikes, deadline = 0, time.monotonic() + LONGEST
    while instance.states()["sent"] < MAILS:
        assert time.monotonic() < deadline, instance.states()
        nurse()
        time.sleep(random.uniform(0, 0.4))
        if strikes < STRIKES:
            strikes += 1
            strike()


def assert_it_proves_something(instance: Instance) -> None:
    assert instance.taken_up_again() >= 3, "too few kills hit a mail on its way to prove anything"


def test_celery_s_workers_killed_and_its_broker_emptied(instance: Instance, outbox: set[str]) -> None:
    workers = [instance.spawn(*CELERY)]

    def strike() -> None:
        """Kill one child of the pool, at times the whole worker, and empty the broker."""
        instance.servers.valkey_client().flushall()
        if random.random() < 0.2:
            kill(workers.pop())
            workers.append(instance.spawn(*CELERY))
        with suppress(psutil.NoSuchProcess, IndexError):
            random.choice(children(workers[0])).kill()

    def nurse() -> None:
        """Do what the supervisor does: a worker whose whole pool was shot gives up, and is started again."""
        if workers[0].poll() is not None:
            workers[0] = instance.spawn(*CELERY)
        instance.hint()

    harass(instance, strike, nurse)
    kill(workers[0])
    assert_each_went_out_once(instance, outbox)
    assert_it_proves_something(instance)


def test_plain_loops_killed_without_any_broker(instance: Instance, outbox: set[str]) -> None:
    workers: list[subprocess.Popen[bytes]] = []

    def nurse() -> None:
        workers[:] = [worker for worker in workers if worker.poll() is None]
        workers.extend(instance.spawn(*LOOP) for _ in range(3 - len(workers)))

    harass(instance, lambda: kill(random.choice(workers)), nurse)
    for worker in workers:
        kill(worker)
    assert_each_went_out_once(instance, outbox)
    assert_it_proves_something(instance)
