"""Many at once: the same moment, each with a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(deeds: Iterable[Callable[[], Any]]) -> list[Any]:
    """Start all deeds together, each in a thread; return what each returned, or the exception that it raised."""
    deeds = list(deeds)
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=30)
            return deed()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))
