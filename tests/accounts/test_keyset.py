"""Keyset pages: every row once, read from the index, and no cursor but our own."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.keyset import BadCursor, keyset_page
from accounts.models import User
from papers.actions.lists import create_list
from papers.models import Paper, PaperStats, ReadingList
from papers.models.paper import ORDERS
from tests.factories import make_paper

START = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)


def walk(queryset: QuerySet[Any], order: tuple[str, ...], size: int) -> list[Any]:
    """Follow the cursors from the first page to the last."""
    rows, cursor = [], ""
    while True:
        page = keyset_page(queryset, order, cursor, size)
        rows += page.items
        cursor = page.next_cursor
        assert len(page.items) == size or not cursor
        if not cursor:
            return rows


def fill(count: int) -> None:
    """Papers in bulk, each with counters; straight into the tables, since these tests are about reading."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO papers_paper (slug, fingerprint, title, abstract, first_seen_at, updated_at, url, source, author_count,"
            " comment, journal_ref, licence, is_withdrawn, is_retracted)"
            " SELECT 'p-' || n, '', 'Paper ' || n, '', now() - n * interval '1 minute', now(), '', '', 0, '', '', '', false, false"
            " FROM generate_series(1, %s) AS n",
            [count],
        )
        cursor.execute(
            "INSERT INTO papers_paperstats (paper_id, vote_count, save_count, hot)"
            " SELECT id, id % 7, 0, log(1 + id % 7) + extract(epoch FROM first_seen_at) / 432000 FROM papers_paper"
        )
        cursor.execute("ANALYZE papers_paper, papers_paperstats")


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_walking_the_pages_gives_the_order_of_the_queryset(db: None, order: tuple[str, ...]) -> None:
    fill(40)
    expected = list(Paper.objects.order_by(*order))
    assert len(expected) == 40
    for size in (1, 7, 39, 40, 41):
        assert walk(Paper.objects.all(), order, size) == expected


@pytest.fixture
def fifteen_papers(db: None) -> None:
    fill(15)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hots=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 0.1, 1 / 3]), min_size=15, max_size=15),
    size=st.integers(2, 7),
)
def test_every_row_comes_once_whatever_the_scores_and_ties(fifteen_papers: None, hots: list[float], size: int) -> None:
    rows = list(PaperStats.objects.all())
    for row, hot in zip(rows, hots, strict=True):
        row.hot = hot
    PaperStats.objects.bulk_update(rows, ["hot"])
    papers = Paper.objects.with_stats()
    assert walk(papers, ORDERS["hot"], size) == list(papers.order_by(*ORDERS["hot"]))


def test_times_a_microsecond_apart_are_kept_apart(db: None) -> None:
    papers = [make_paper(first_seen_at=START + timedelta(microseconds=step)) for step in (0, 1, 1, 2)]
    assert set(walk(Paper.objects.all(), ORDERS["new"], 1)) == set(papers)


def test_an_ascending_order_goes_up(alice: User) -> None:
    lists = [create_list(owner=alice.namespace, title=f"List {number}") for number in range(5)]
    assert walk(ReadingList.objects.all(), ("created_at", "pk"), 2) == lists


def test_the_last_page_has_no_cursor_and_an_empty_table_one_empty_page(db: None) -> None:
    page = keyset_page(Paper.objects.all(), ORDERS["hot"], "", 10)
    assert (page.items, page.next_cursor) == ([], "")
    fill(10)
    assert keyset_page(Paper.objects.all(), ORDERS["hot"], "", 10).next_cursor == ""


def test_a_cursor_outlives_the_row_it_was_made_from(db: None) -> None:
    fill(6)
    first = keyset_page(Paper.objects.all(), ORDERS["new"], "", 3)
    rest = list(Paper.objects.newest()[3:])
    first.items[-1].delete()
    assert keyset_page(Paper.objects.all(), ORDERS["new"], first.next_cursor, 3).items == rest


def test_a_deep_page_is_read_from_the_index_in_every_order(db: None) -> None:
    fill(50_000)
    for order in ORDERS.values():
        deep = keyset_page(Paper.objects.with_stats(), order, "", 40_000).next_cursor
        for cursor in ("", deep):
            plan = _plan_of_page(order, cursor)
            assert "Index Scan" in plan
            assert "Sort" not in plan
            assert "Seq Scan" not in plan
            assert bool(cursor) == ("Index Cond: (ROW(" in plan)


def _plan_of_page(order: tuple[str, ...], cursor: str) -> str:
    """EXPLAIN the very statement that keyset_page() sends."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(connection.connection.cursor().mogrify(sql, params) if params else sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        keyset_page(Paper.objects.with_stats(), order, cursor, 25)
    with connection.cursor() as reader:
        reader.execute("EXPLAIN " + sent[0])
        return "\n".join(line for (line,) in reader.fetchall())


def forge(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def mark_of(order: str) -> str:
    fill(2)
    text = keyset_page(Paper.objects.all(), ORDERS[order], "", 1).next_cursor
    return str(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))[0])


def test_a_cursor_of_one_order_does_not_fit_another(db: None) -> None:
    fill(5)
    hot = keyset_page(Paper.objects.all(), ORDERS["hot"], "", 2).next_cursor
    with pytest.raises(BadCursor):
        keyset_page(Paper.objects.all(), ORDERS["top"], hot, 2)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.5],
        [1.5, 1, 1],
        [None, 1],
        [True, 1],
        ["nan", 1],
        ["x", 1],
        [float("inf"), 1],
        [[1.5], 1],
        [{}, 1],
        [1.5, 10**30],
        [1.5, -1.5e300],
        [1.5, "\x00"],
        [10**400, 1],
    ],
)
def test_forged_values_are_refused_before_the_database_sees_them(db: None, values: list[Any]) -> None:
    cursor = forge(mark_of("hot"), *values)
    with pytest.raises(BadCursor):
        keyset_page(Paper.objects.all(), ORDERS["hot"], cursor, 2)


@pytest.mark.parametrize("moment", ["2026-11-02", "2026-11-02T09:00:00", "yesterday", 5, "2026-13-02T09:00:00+00:00"])
def test_forged_times_are_refused(db: None, moment: Any) -> None:
    cursor = forge(mark_of("new"), moment, 1)
    with pytest.raises(BadCursor):
        keyset_page(Paper.objects.all(), ORDERS["new"], cursor, 2)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_times_past_the_ends_of_the_calendar_are_refused(db: None, moment: str) -> None:
    cursor = forge(mark_of("new"), moment, 1)
    with pytest.raises(BadCursor):
        keyset_page(Paper.objects.all(), ORDERS["new"], cursor, 5)


def test_a_time_with_an_odd_offset_is_the_instant_it_names(db: None) -> None:
    cursor = forge(mark_of("new"), "2999-01-01T00:00:00+20:00", 1)
    assert len(keyset_page(Paper.objects.all(), ORDERS["new"], cursor, 5).items) == 2


@pytest.mark.django_db
@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_but_a_cursor_of_ours_is_taken(text: str) -> None:
    if text:
        with pytest.raises(BadCursor):
            keyset_page(Paper.objects.all(), ORDERS["hot"], text, 2)


@pytest.mark.parametrize("text", ["[" * 400, "W" * 10_000, forge("1"), forge(), "5", "////"])
def test_odd_texts_are_refused(db: None, text: str) -> None:
    for spelling in (text, base64.urlsafe_b64encode(text.encode()).decode()):
        with pytest.raises(BadCursor):
            keyset_page(Paper.objects.all(), ORDERS["hot"], spelling, 2)


def test_an_order_of_two_directions_is_a_mistake_of_the_caller(db: None) -> None:
    fill(3)
    order = ("-first_seen_at", "pk")
    cursor = keyset_page(Paper.objects.all(), order, "", 1).next_cursor
    with pytest.raises(ValueError, match="one direction"):
        keyset_page(Paper.objects.all(), order, cursor, 1)
