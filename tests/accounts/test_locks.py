"""A name is held by one connection at a time: until its transaction ends, or over several."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from accounts.locks import hold, hold_if_free, holding, holding_if_free
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(**connection.get_connection_params(), autocommit=True)) as other:
        yield other


def is_free(other: psycopg.Connection, name: str = "a name") -> bool:
    """Whether somebody else could hold it."""
    taken = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
    found = other.execute(taken, [name]).fetchone()
    if found == (True,):
        other.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
    return found == (True,)


@pytest.mark.parametrize("take", [hold, hold_if_free])
def test_it_is_held_until_the_transaction_ends(other: psycopg.Connection, take: Callable[[str], Any]) -> None:
    with transaction.atomic():
        assert take("a name") is not False
        assert (is_free(other), is_free(other, "another name")) == (False, True)
    assert is_free(other)


@pytest.mark.parametrize("take", [holding, holding_if_free])
def test_it_is_held_over_transactions_and_let_go_after_a_fault(other: psycopg.Connection, take: Callable[[str], Any]) -> None:
    def break_off() -> None:
        with take("a name") as is_held:
            assert (is_held is not False, is_free(other)) == (True, False)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert is_free(other)


def test_who_does_not_wait_is_told(other: psycopg.Connection) -> None:
    other.execute("SELECT pg_advisory_lock(hashtextextended('a name', 0))")
    assert not hold_if_free("a name")
    with holding_if_free("a name") as is_held:
        assert not is_held
    with closing(psycopg.connect(**connection.get_connection_params(), autocommit=True)) as third:
        assert not is_free(third)


def test_who_waits_comes_after() -> None:
    inside: list[int] = []

    def come() -> int:
        with holding("a name"):
            inside.append(1)
            time.sleep(0.05)
            most = len(inside)
            inside.pop()
            return most

    assert at_once([come] * 4) == [1] * 4
