"""Names that one at a time may hold, over all processes: PostgreSQL's advisory locks, which no row and no table is behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NUMBER = "hashtextextended(%s, 0)"  # PostgreSQL locks numbers of 64 bits


def hold(name: str) -> None:
    """Wait until nobody else holds a name, and hold it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({NUMBER})", [name])


def hold_if_free(name: str) -> bool:
    """Hold a name until this transaction ends, or return False where somebody else does."""
    return _is_true(f"SELECT pg_try_advisory_xact_lock({NUMBER})", name)


@contextmanager
def holding(name: str) -> Iterator[None]:
    """Wait until nobody else holds a name, and hold it over several transactions; begin it outside of any."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({NUMBER})", [name])
    try:
        yield
    finally:
        _let_go(name)


@contextmanager
def holding_if_free(name: str) -> Iterator[bool]:
    """Hold a name over several transactions, begun outside of any; gives False where somebody else does."""
    is_held = _is_true(f"SELECT pg_try_advisory_lock({NUMBER})", name)
    try:
        yield is_held
    finally:
        if is_held:
            _let_go(name)


def _let_go(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_unlock({NUMBER})", [name])


def _is_true(statement: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [name])
        return bool(cursor.fetchone()[0])
