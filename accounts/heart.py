"""A thread that tells every half a minute that its process lives, and a way for the process to tell that it gets on."""

import os
import threading
import time
from collections.abc import Callable
from types import TracebackType

from django.db import connection

from accounts.actions.beating import note_end, note_life, note_start, note_work

EVERY = 30.0  # seconds
WORK_EVERY = 5.0  # seconds between two notes of a child: a busy one ends hundreds of tasks a minute
NOTHING = ("", 0.0)


class Heart:
    """Beats from `start` to `stop`, also as a context manager.

    Args:
        role: what the process is; one of Worker.Role.
        doing: asked at each beat what the process is at.
    """

    def __init__(self, role: str, *, doing: Callable[[], str] = str) -> None:
        self.role, self.doing, self.pid = role, doing, os.getpid()
        self._stopped, self._done, self._noted_at = threading.Event(), NOTHING, -WORK_EVERY
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> "Heart":
        note_start(role=self.role, pid=self.pid)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=EVERY)
        note_end(role=self.role, pid=self.pid)

    def did(self, what: str) -> None:
        """Tell that something was done, also from a child that was forked, in its parent's name.

        The process itself never waits for the database here: the thread tells it with the next beat.
        """
        now = time.monotonic()
        if os.getpid() == self.pid:
            self._done = what, now
        elif now - self._noted_at >= WORK_EVERY:
            self._noted_at = now
            note_work(role=self.role, pid=self.pid, did=what)

    def beat(self) -> None:
        """Tell once; the thread does so again and again."""
        (did, at), self._done = self._done, NOTHING
        note_life(role=self.role, pid=self.pid, doing=self.doing(), did=did, seconds_ago=time.monotonic() - at)

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            self.beat()
            connection.close()  # half a minute is long to hold one of the database's connections

    def __enter__(self) -> "Heart":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
