"""Opening a list of 100 papers and one of 10,000: the first page and one in the middle, in every order, over HTTP's whole way."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.test import Client
from rich.table import Table

from accounts.keyset import keyset_page
from accounts.models import User
from benchmarks.papers import made_up_records
from papers.actions.ingest import ingest_papers
from papers.actions.list_order import move_item_to
from papers.actions.lists import create_list
from papers.models import ListItem, Paper, ReadingList
from papers.models.reading_list import ITEM_ORDERS

SHORT, LONG, MORE = 100, 10_000, 20_000  # papers of the lists, and of the catalogue beside them
TRIES = 40


def measure(*, small: bool) -> Table:
    """Time whole pages as their owner gets them, then a move from the end to the top."""
    long, more, tries = (1_000, 500, 5) if small else (LONG, MORE, TRIES)
    call_command("collectstatic", verbosity=0, interactive=False)  # pages name hashed files
    ingest_papers(records=made_up_records(long + more), source="benchmark")
    reader = User.objects.create_user("reader@lab.example", handle="reader")
    lists = {count: _list_of(reader, count) for count in (SHORT, long)}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(reader)
    table = Table("what", "papers", "p50", "p95", "rows read", title=f"pages of 50 papers, {tries} times each; ms")
    for order in ITEM_ORDERS:
        for count, reading_list in lists.items():
            _add_rows(table, browser, reading_list, order, tries, count)
    for count, reading_list in lists.items():
        times = _times(lambda reading_list=reading_list: _move_last_to_top(reading_list), tries)
        table.add_row("move the last to the top", f"{count:,}", *_quantiles(times), "")
    return table


def _list_of(reader: User, count: int) -> ReadingList:
    made = create_list(owner=reader.namespace, title=f"List of {count}")
    papers = Paper.objects.order_by("?").values_list("pk", flat=True)[:count]
    rows = [ListItem(reading_list=made, paper_id=pk, position=(n + 1) * ListItem.GAP, added_by=reader) for n, pk in enumerate(papers)]
    ListItem.objects.bulk_create(rows, batch_size=5_000)
    ReadingList.objects.filter(pk=made.pk).update(item_count=count)
    return made


def _add_rows(table: Table, browser: Client, reading_list: ReadingList, order: str, tries: int, count: int) -> None:
    items = ListItem.objects.filter(reading_list=reading_list).in_order(order).select_related("paper__stats")
    middle = keyset_page(items, ITEM_ORDERS[order], "", reading_list.items.count() // 2).next_cursor
    for name, cursor in (("first page", ""), ("page in the middle", middle)):
        address = f"{reading_list.get_absolute_url()}?order={order}&after={cursor}"
        assert browser.get(address).status_code == 200
        times = _times(lambda address=address: browser.get(address), tries)
        table.add_row(f"{order}: {name}", f"{count:,}", *_quantiles(times), str(_rows_read(items, order, cursor)))


def _rows_read(items: Any, order: str, cursor: str) -> int:
    """The most rows that any step of the page's plan touched."""
    page = items.order_by(*ITEM_ORDERS[order])
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(connection.connection.cursor().mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        keyset_page(page, ITEM_ORDERS[order], cursor, 50)
    with connection.cursor() as database:
        database.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sent[0])
        plan = database.fetchone()[0][0]["Plan"]
    return _most(plan)


def _most(plan: dict[str, Any]) -> int:
    here = int((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])
    return max([here, *(_most(part) for part in plan.get("Plans", []))])


def _times(call: Callable[[], object], tries: int) -> list[float]:
    call()
    times = []
    for _ in range(tries):
        start = time.perf_counter()
        call()
        times.append(1_000 * (time.perf_counter() - start))
    return times


def _quantiles(times: list[float]) -> tuple[str, str]:
    return f"{np.quantile(times, 0.5):.0f}", f"{np.quantile(times, 0.95):.0f}"


def _move_last_to_top(reading_list: ReadingList) -> None:
    last = ListItem.objects.filter(reading_list=reading_list).select_related("reading_list").order_by("-position")[:1].get()
    move_item_to(item=last, place=0)
