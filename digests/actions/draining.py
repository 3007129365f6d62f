"""Draining part of the outbox over several connections at once, for as long as other work can wait."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from django.db import connection

from accounts.hints import hint


def drain_together(drain: Callable[[float | None], int], *, connections: int, seconds: float | None, task: str) -> int:
    """Run a drain in this thread, or in several threads that share what is due; return the sum of their counts.

    Args:
        drain: sends until nothing is due, or until a second of the monotonic clock of this machine.
        connections: how many threads; one or none means this one.
        seconds: how long, about; None for as long as it takes.
        task: is hinted if the time was over before the work.
    """
    until = None if seconds is None else time.monotonic() + seconds
    if connections <= 1:
        count = drain(until)
    else:
        with ThreadPoolExecutor(connections, task) as pool:  # each in a copy of this context, which names the task in the log
            drains = [pool.submit(copy_context().run, _in_thread, drain, until) for _ in range(connections)]
            count = sum(one.result() for one in drains)
    if until is not None and time.monotonic() > until:
        hint(task)
    return count


def _in_thread(drain: Callable[[float | None], int], until: float | None) -> int:
    try:
        return drain(until)
    finally:
        connection.close()  # Django opens one for each thread
