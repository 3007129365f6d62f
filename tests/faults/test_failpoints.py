"""A sender killed before and after every step of a mail's way: whatever the step, no mail is lost and none is doubled."""

import json
import os
import subprocess
import sys

import pytest

from tests.faults.instance import TOP, Instance, assert_each_went_out_once

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(3600)]
FULL = os.environ.get("FAULTS") == "full"
MAILS, KILLS = (3_000, 10) if FULL else (160, 1)


def test_death_at_every_step_loses_nothing_and_doubles_nothing(instance: Instance) -> None:
    instance.use("--moods", "0.03", "--hang", "1.1", DELIVERY_CONNECTIONS="1", DELIVERY_LEASE="1", EMAIL_TIMEOUT="1")
    instance.run("tests.faults.seed", str(MAILS))
    instance.query("UPDATE digests_delivery SET address = 'dead' || address WHERE id % 5 = 0")
    dead = instance.query("SELECT count(*) FROM digests_delivery WHERE address LIKE 'dead%'")[0][0]
    good = {one for (one,) in instance.query("SELECT message_id FROM digests_delivery WHERE address NOT LIKE 'dead%'")}
    command = [sys.executable, "-m", "tests.faults.failing", str(KILLS)]
    died = json.loads(subprocess.run(command, cwd=TOP, env=instance.environment, check=True, capture_output=True, text=True).stdout)

    ended = {state: count for state, count in instance.states().items() if state in {"failed", "skipped"}}
    assert sum(ended.values()) == dead, "skipped are those whose sender died when it had suppressed the address, and not yet said so"
    assert_each_went_out_once(instance, good, sent=len(good), **ended)
    assert sum(died.values()) >= 0.7 * KILLS * len(died), died
    assert {"after hand over", "after dot", "after claim", "before note"} <= {point for point, count in died.items() if count}, died
