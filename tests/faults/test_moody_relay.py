"""A relay that refuses, postpones, hangs, cuts, lies down and comes back: every mail arrives once, and a dead address holds up nobody."""

import os
import time

import pytest

from tests.faults.instance import LOOP, Instance, assert_each_went_out_once, kill

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(3600)]
FULL = os.environ.get("FAULTS") == "full"
MAILS, ABSENCES, LONGEST = (3_000, 10, 1_800) if FULL else (150, 1, 120)


def test_whatever_the_relay_does_each_mail_arrives_once(instance: Instance) -> None:
    instance.use("--moods", "0.03", "--pause", "0.01")
    instance.run("tests.faults.seed", str(MAILS))
    instance.query("UPDATE digests_delivery SET address = 'dead' || address WHERE id % 10 = 0")
    dead = instance.query("SELECT count(*) FROM digests_delivery WHERE address LIKE 'dead%'")[0][0]
    good = {one for (one,) in instance.query("SELECT message_id FROM digests_delivery WHERE address NOT LIKE 'dead%'")}
    loops, relay, absences, deadline = [instance.spawn(*LOOP) for _ in range(2)], instance.processes[0], 0, time.monotonic() + LONGEST
    while instance.states() != {"sent": len(good), "failed": dead}:
        assert time.monotonic() < deadline, instance.states()
        time.sleep(0.5)
        instance.hurry()
        if absences < ABSENCES and instance.states()["sent"] > len(good) * (absences + 1) / (ABSENCES + 2):
            absences += 1
            kill(relay)  # from here on connections are refused
            time.sleep(1)
            relay = instance.start_relay()
    assert absences == ABSENCES
    assert all(loop.poll() is None for loop in loops), "a sender gave up"
    for loop in loops:
        kill(loop)
    assert_each_went_out_once(instance, good, sent=len(good), failed=dead)
    assert instance.query("SELECT count(*) FROM digests_suppression")[0][0] == dead
