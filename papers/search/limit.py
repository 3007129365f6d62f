"""No search holds the database for longer than SEARCH_TIMEOUT_MS."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

Answer = TypeVar("Answer")


class TookTooLong(Exception):
    """A statement was ended by the database."""


def within_limit(ask: Callable[[], Answer]) -> Answer:
    """Ask the database, each statement under the time limit.

    Raises:
        TookTooLong: one of them took longer.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(settings.SEARCH_TIMEOUT_MS)])
            answer = ask()
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        return answer
    except OperationalError as problem:
        if not isinstance(problem.__cause__, QueryCanceled):
            raise
        raise TookTooLong from problem
