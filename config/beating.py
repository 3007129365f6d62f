"""The hearts of Celery's processes: the worker's beats in its main process, whose children tell of the tasks they end.

Celery loads this module (CELERY_IMPORTS) in workers and beats only.
"""

import atexit
from typing import Any

from celery import signals
from celery.worker import state

from accounts.heart import Heart
from accounts.models import Worker

_hearts: list[Heart] = []  # one at most; children find it there, as it was when they were forked


def _make_workers_heart(**_: Any) -> None:
    """Before the pool is forked, so that its children know whose they are."""
    _hearts[:] = [Heart(Worker.Role.WORKER, doing=lambda: ", ".join(sorted({request.name for request in state.active_requests})))]


def _run_clocks_heart(**_: Any) -> None:
    """Celery tells nobody when a beat ends."""
    _hearts[:] = [Heart(Worker.Role.BEAT)]
    atexit.register(_stop)
    _start()


def _start(**_: Any) -> None:
    for heart in _hearts:
        heart.start()


def _stop(**_: Any) -> None:
    while _hearts:
        _hearts.pop().stop()


def _note_hint(sender: str = "", **_: Any) -> None:
    """The clock gets something done when the broker has taken a hint of it; a worker's own hints do not count."""
    for heart in _hearts:
        if heart.role == Worker.Role.BEAT:
            heart.did(sender)


def _note_task(task: Any = None, **_: Any) -> None:
    for heart in _hearts:
        if heart.role == Worker.Role.WORKER:
            heart.did(task.name)


signals.worker_init.connect(_make_workers_heart)
signals.worker_ready.connect(_start)
signals.worker_shutdown.connect(_stop)
signals.beat_init.connect(_run_clocks_heart)
signals.after_task_publish.connect(_note_hint)
signals.task_postrun.connect(_note_task)
