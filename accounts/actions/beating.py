"""Signs of life of a process that works behind the scenes. Each is one statement, and none may harm the work: the database may be away."""

import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import Error, connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import Worker

HOST = socket.gethostname()[:100]
log = logging.getLogger(__name__)


def _harmless(write: Callable[..., None]) -> Callable[..., None]:
    @wraps(write)
    def attempt(**what: Any) -> None:
        try:
            write(**what)
        except Error as problem:
            connection.close()  # else a connection that broke once would be tried for ever
            log.warning("No sign of life was written: %s", problem)

    return attempt


@_harmless
def note_start(*, role: str, pid: int) -> None:
    """Begin a row. Where another process had that number before, it becomes this one's."""
    afresh = ("started_at", "alive_at", "worked_at", "did", "doing")
    # Spelled out, for a conflict takes no default of a column.
    row = Worker(host=HOST, role=role, pid=pid, **dict.fromkeys(afresh[:3], Now()))
    Worker.objects.bulk_create([row], update_conflicts=True, update_fields=afresh, unique_fields=["host", "pid", "role"])


@_harmless
def note_life(*, role: str, pid: int, doing: str = "", did: str = "", seconds_ago: float = 0.0) -> None:
    """Say that a process lives, what it is at, and what it got done since it last said so; a row that was lost is made again.

    Args:
        did: "" if nothing.
        seconds_ago: when it did that.
    """
    work = {"worked_at": Now() - timedelta(seconds=seconds_ago), "did": did[:100]} if did else {}
    if not _row(role, pid).update(alive_at=Now(), doing=doing[:300], **work):
        note_start(role=role, pid=pid)


@_harmless
def note_work(*, role: str, pid: int, did: str) -> None:
    """Say that a process got something done just now."""
    _row(role, pid).update(worked_at=Now(), did=did[:100])


@_harmless
def note_end(*, role: str, pid: int) -> None:
    _row(role, pid).delete()


def _row(role: str, pid: int) -> QuerySet[Worker]:
    return Worker.objects.filter(host=HOST, role=role, pid=pid)
