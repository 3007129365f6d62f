"""The broker emptied, killed and away, PostgreSQL stopped amid everything: workers go on by themselves, each mail arrives once."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest
import redis

from config.embedded import _postgres_command
from tests.faults.instance import CELERY, TOP, Instance, assert_each_went_out_once, kill

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults"), pytest.mark.timeout(3600)]
FULL = os.environ.get("FAULTS") == "full"
MAILS, STOPS, AWAY, LONGEST = (2_000, 10, 60, 1_800) if FULL else (120, 2, 3, 150)


def stop_postgres(instance: Instance) -> None:
    """As a power cut would, but for the disk's own cache: no last words to anybody."""
    system_user = instance.servers._prepare_folders()
    _postgres_command("pg_ctl", instance.servers.pgdata, ["-w", "-m", "immediate", "stop"], system_user)
    time.sleep(random.uniform(0, 1))
    instance.servers._start_postgres()


def kill_valkey(instance: Instance) -> None:
    pid = instance.servers.valkey_client().info("server")["process_id"]
    os.kill(pid, 9)
    time.sleep(AWAY)
    instance.servers._start_valkey()


def empty_valkey(instance: Instance) -> None:
    instance.servers.valkey_client().flushall()


def tick(instance: Instance) -> None:
    """The clock, which goes on when the broker is away."""
    with suppress(Exception):
        instance.hint()


def sent(instance: Instance) -> int:
    with suppress(psycopg.OperationalError):
        return instance.states()["sent"]
    return 0


def test_workers_go_on_by_themselves_whatever_server_is_gone(instance: Instance) -> None:
    instance.use("--pause", "0.05", DELIVERY_CONNECTIONS="1", LOG_LEVEL="ERROR")
    instance.run("tests.faults.seed", str(MAILS))
    outbox = instance.message_ids()
    workers = [instance.spawn(*CELERY) for _ in range(2)]
    strikes: list[Callable[[Instance], None]] = [*[stop_postgres] * STOPS, kill_valkey, empty_valkey]
    random.shuffle(strikes)
    deadline, every = time.monotonic() + LONGEST, MAILS // (len(strikes) + 1)
    for number, strike in enumerate(strikes, start=1):
        while sent(instance) < number * every:
            assert time.monotonic() < deadline, instance.states()
            tick(instance)
            time.sleep(0.3)
        strike(instance)
    while sent(instance) < MAILS:
        assert time.monotonic() < deadline, instance.states()
        # Now and then Celery ends itself when its broker goes while it starts: then the supervisor starts it again.
        workers = [worker if worker.poll() is None else instance.spawn(*CELERY) for worker in workers]
        tick(instance)
        instance.hurry()
        time.sleep(0.3)
    for worker in workers:
        kill(worker)
    assert_each_went_out_once(instance, outbox)


def test_a_vote_does_not_fail_because_the_broker_is_down(instance: Instance) -> None:
    """Nor does anything else that hints: the hint is swallowed, quickly."""
    with suppress(redis.exceptions.ConnectionError):  # it hangs up without an answer
        instance.servers.valkey_client().shutdown(nosave=True)
    code = (
        "import django, time; django.setup(); from accounts.hints import _send; _send('digests.deliver'); began = time.monotonic();"
        " _send('digests.deliver'); print(time.monotonic() - began)"
    )
    try:
        took = subprocess.run([sys.executable, "-c", code], cwd=TOP, env=instance.environment, check=True, capture_output=True, text=True)
    finally:
        instance.servers._start_valkey()
    assert float(took.stdout) < 1
