"""Many clocks, planners and senders at once, the same hint a thousand times, and senders that sleep past their lease: one mail each."""

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.instance import CELERY, LEASE, LOOP, Instance, assert_each_went_out_once, kill

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(3600)]
FULL = os.environ.get("FAULTS") == "full"
READERS, HINTS, SLEEPS, LONGEST = (1_000, 1_000, 30, 1_800) if FULL else (60, 60, 2, 150)
BEAT = ["celery", "--app", "config", "beat", "--loglevel", "ERROR"]
TASKS = ("digests.plan", "digests.compose", "digests.deliver", "digests.reap")


def test_the_same_hints_from_everywhere_make_one_digest_and_one_mail_each(instance: Instance) -> None:
    instance.use("--pause", "0.02", DELIVERY_CONNECTIONS="1")
    instance.run("tests.faults.seed", str(READERS), "due")
    workers = [instance.spawn(*CELERY) for _ in range(2)]
    beats = [instance.spawn(*BEAT, "--schedule", str(instance.folder / f"beat-{number}")) for number in range(2)]
    with ThreadPoolExecutor(16) as pool:
        for _ in range(HINTS):
            for task in TASKS:
                pool.submit(instance.celery.send_task, task, ignore_result=True)
    deadline = time.monotonic() + LONGEST
    while instance.states()["sent"] < READERS:
        assert time.monotonic() < deadline, instance.states()
        time.sleep(0.5)
        instance.hint()
    if FULL:
        time.sleep(130)  # both clocks hint everything twice more
    for process in (*beats, *workers):
        kill(process)
    assert instance.query("SELECT count(*), count(DISTINCT subscription_id) FROM digests_digest") == [(READERS, READERS)]
    assert_each_went_out_once(instance, instance.message_ids(), sent=READERS)
    assert len(instance.accepted()) == READERS


def test_senders_that_sleep_past_their_lease_and_wake_send_nothing_twice(instance: Instance) -> None:
    instance.use("--pause", "0.02", DELIVERY_CONNECTIONS="1")
    instance.run("tests.faults.seed", str(READERS))
    outbox = instance.message_ids()
    loops, deadline, sleeps = [instance.spawn(*LOOP) for _ in range(3)], time.monotonic() + LONGEST, 0
    while instance.states()["sent"] < READERS:
        assert time.monotonic() < deadline, instance.states()
        time.sleep(random.uniform(0, 0.3))
        if sleeps < SLEEPS and instance.states()["sending"] + instance.states()["handing_over"]:
            sleeps += 1
            sleeper = random.choice(loops)
            os.killpg(sleeper.pid, signal.SIGSTOP)
            time.sleep(LEASE * 1.5)
            os.killpg(sleeper.pid, signal.SIGCONT)
    assert sleeps, "nobody slept"
    time.sleep(1)
    for loop in loops:
        kill(loop)
    assert_each_went_out_once(instance, outbox)
