"""How fast records come in, new and known ones, and how long the pages of a full catalogue take the database."""

import time
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from rich.table import Table

from accounts.keyset import keyset_page
from benchmarks.papers import made_up_records
from papers.actions.ingest import ingest_papers
from papers.models import Paper
from papers.models.paper import ORDERS


def measure(*, small: bool) -> Table:
    """Time imports and the first and a far page of each order; medians of 20 for pages."""
    count = 2_000 if small else 100_000
    table = Table("what", "figure", title=f"A catalogue of {count:,} papers")
    table.add_row("import, all new", f"{count / _seconds(lambda: _import(count)):,.0f} papers/s")
    table.add_row("import again, all unchanged", f"{count / _seconds(lambda: _import(count)):,.0f} papers/s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for name, order in ORDERS.items():
        far = _far_cursor(order, count)
        table.add_row(f"{name}, first page of cards", f"{_median_ms(lambda order=order: _page(order, '')):.1f} ms")
        table.add_row(f"{name}, a page in the middle", f"{_median_ms(lambda order=order, far=far: _page(order, far)):.1f} ms")
    return table


def _import(count: int) -> None:
    ingest_papers(records=made_up_records(count), source="benchmark")


def _page(order: tuple[str, ...], cursor: str) -> str:
    return keyset_page(Paper.objects.for_cards(AnonymousUser()), order, cursor, 25).next_cursor


def _far_cursor(order: tuple[str, ...], count: int) -> str:
    """The cursor of a page about half-way down."""
    return keyset_page(Paper.objects.select_related("stats"), order, "", count // 2).next_cursor


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _median_ms(work: Callable[[], object]) -> float:
    return sorted(_seconds(work) for _ in range(20))[10] * 1_000
