"""How many statements a call sends to the database."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(call: Callable[[], Any]) -> int:
    """Return the number of queries of a call that answers 200."""
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = call()
        if getattr(response, "streaming", False):
            list(response)
    assert response.status_code == 200, response.status_code
    return len(captured)
