"""Workers tell that they live and that they get on; who lives without getting on is stalled."""

import os
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts import heart as hearts
from accounts.actions.beating import note_life, note_start, note_work
from accounts.actions.tidying import tidy
from accounts.heart import Heart
from accounts.models import Worker
from accounts.models.worker import Status

NOW, MINUTE = timedelta(), timedelta(minutes=1)


def make_worker(pid: int = 1, role: str = "worker", *, alive: timedelta = NOW, worked: timedelta = NOW, doing: str = "") -> Worker:
    """A process that started an hour ago, lived and worked so long ago."""
    ages = {"started_at": Now() - 60 * MINUTE, "alive_at": Now() - alive, "worked_at": Now() - worked}
    return Worker.objects.create(host="here", pid=pid, role=role, doing=doing, **ages)


def status_of(worker: Worker) -> str:
    return str(Worker.objects.with_status().get(pk=worker.pk).status)


@pytest.mark.parametrize(
    ("alive", "worked", "doing", "status"),
    [
        (0, 0, "", Status.WELL),
        (0, 4, "", Status.WELL),
        (0, 6, "", Status.STALLED),
        (0, 6, "digests.train", Status.BUSY),
        (0, 61, "digests.train", Status.STALLED),
        (3, 0, "", Status.GONE),
        (3, 90, "digests.train", Status.GONE),
    ],
)
def test_how_a_worker_is_follows_from_its_signs_while_a_clock_runs(db: None, alive: int, worked: int, doing: str, status: str) -> None:
    make_worker(2, "beat")
    assert status_of(make_worker(alive=alive * MINUTE, worked=worked * MINUTE, doing=doing)) == status


def test_an_idle_worker_is_not_to_blame_while_no_clock_hints_anything(db: None) -> None:
    worker = make_worker(worked=20 * MINUTE)
    assert status_of(worker) == Status.WAITING
    clock = make_worker(2, "beat")
    assert status_of(worker) == Status.STALLED
    Worker.objects.filter(pk=clock.pk).update(started_at=Now() - MINUTE)
    assert status_of(worker) == Status.WAITING, "the clock has hardly begun"


def test_a_clock_that_gets_no_hint_to_the_broker_is_stalled(db: None) -> None:
    assert status_of(make_worker(role="beat", worked=6 * MINUTE)) == Status.STALLED


def test_a_process_that_gets_the_number_of_a_dead_one_begins_afresh(db: None) -> None:
    note_start(role="worker", pid=7)
    Worker.objects.update(started_at=Now() - 60 * MINUTE, did="digests.plan", doing="digests.train")
    note_start(role="worker", pid=7)
    worker = Worker.objects.get()
    assert (worker.did, worker.doing) == ("", "")
    assert worker.started_at > worker.alive_at - MINUTE


def test_a_row_that_was_lost_is_made_again(db: None) -> None:
    note_life(role="worker", pid=7)
    assert Worker.objects.get().pid == 7


def test_a_beat_tells_what_the_process_is_at_and_when_it_got_something_done(db: None) -> None:
    heart = Heart("loop", doing=lambda: "digests.deliver")
    note_start(role="loop", pid=heart.pid)
    Worker.objects.update(worked_at=Now() - 9 * MINUTE)
    heart.beat()
    assert status_of(Worker.objects.get()) == Status.BUSY
    heart.did("digests.deliver")
    heart.beat()
    worker = Worker.objects.get()
    assert (worker.did, worker.doing) == ("digests.deliver", "digests.deliver")
    assert worker.alive_at - worker.worked_at < MINUTE
    worked = worker.worked_at
    heart.beat()
    worker.refresh_from_db()
    assert worker.worked_at == worked, "nothing was done since"


def test_a_forked_child_tells_in_its_parents_name_and_not_too_often(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    heart = Heart("worker")
    note_start(role="worker", pid=heart.pid)
    monkeypatch.setattr(os, "getpid", lambda: heart.pid + 1)
    heart.did("digests.plan")
    heart.did("digests.compose")
    assert Worker.objects.get().did == "digests.plan"


@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_until_it_is_stopped_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearts, "EVERY", 0.05)
    with Heart("loop") as heart:
        heart.did("digests.deliver")
        began, deadline = Worker.objects.get().alive_at, time.monotonic() + 10
        while time.monotonic() < deadline and not Worker.objects.filter(alive_at__gt=began, did="digests.deliver").exists():
            time.sleep(0.05)
        assert Worker.objects.get().did == "digests.deliver"
    assert not Worker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_work_goes_on_where_no_sign_can_be_written() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_worker RENAME TO elsewhere")
    try:
        note_work(role="worker", pid=1, did="digests.plan")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO accounts_worker")
    assert not Worker.objects.exists()


def test_rows_of_killed_processes_are_tidied_after_a_while(db: None) -> None:
    seen, old = make_worker(1, alive=60 * MINUTE), make_worker(2, alive=121 * MINUTE)
    tidy()
    assert list(Worker.objects.all()) == [seen]
    assert old.pk != seen.pk
