"""The top of a day, week, month and year, and what rises, among many votes: a first page each, and what a minute's ageing takes."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.models import F
from rich.table import Table

from accounts.keyset import keyset_page
from accounts.models import User
from papers.actions.counting import age_votes
from papers.models import Category, Interest, Paper, PaperStats, Vote
from papers.models.paper import AS_IT_WAS, ORDERS, TOPS
from papers.search.rising import fields_of, rising_in
from papers.spans import span_of

READERS, VOTES_EACH = 5_000, 600  # over two years
TURNS, PAGE = 20, 25
# Straight into the tables, without the triggers that note what is to be indexed: nothing is searched here.
FILL = """
SET session_replication_role = replica;
INSERT INTO papers_category (slug, name) SELECT 'field.' || n, '' FROM generate_series(1, 150) AS n;
INSERT INTO papers_paper (slug, fingerprint, title, abstract, first_seen_at, updated_at, url, source, author_count, comment, journal_ref,
    licence, is_withdrawn, is_retracted)
SELECT 'p' || n, left(md5(n::text), 24), 'Paper ' || n, '', now() - random() * interval '730 days', now(), '', '', 0, '', '', '',
    false, false
FROM generate_series(1, {papers}) AS n;
-- Fields are as uneven as subjects are: the first has a fifth of all papers, the last few thousand.
INSERT INTO papers_papercategory (paper_id, category_id, is_primary)
SELECT id, (SELECT min(id) FROM papers_category) + field, true
FROM (SELECT id, floor(150 * random() ^ 3)::int AS field FROM papers_paper) AS drawn;
-- Popular papers get most of the votes, most of them soon after they came in.
INSERT INTO papers_vote (user_id, paper_id, created_at, age)
SELECT user_id, paper_id, cast_at, CASE WHEN cast_at >= now() - interval '1 day' THEN 0 WHEN cast_at >= now() - interval '7 days' THEN 1
    WHEN cast_at >= now() - interval '30 days' THEN 2 WHEN cast_at >= now() - interval '365 days' THEN 3 ELSE 4 END
FROM (
    SELECT user_id, paper.id AS paper_id, least(now(), first_seen_at + random() ^ 3 * interval '200 days') AS cast_at
    FROM (
        SELECT DISTINCT person.id AS user_id, (SELECT min(id) FROM papers_paper) + floor({papers} * random() ^ 2)::int AS paper_id
        FROM accounts_user AS person CROSS JOIN generate_series(1, {votes})
    ) AS drawn JOIN papers_paper AS paper ON paper.id = drawn.paper_id
) AS votes;
INSERT INTO papers_paperstats (paper_id, vote_count, save_count, hot, day_votes, week_votes, month_votes, year_votes, first_week_votes)
SELECT paper.id, count(vote.id), 0, log(greatest(count(vote.id), 1)::float8) + extract(epoch FROM first_seen_at)::float8 / 432000,
    count(*) FILTER (WHERE age < 1), count(*) FILTER (WHERE age < 2), count(*) FILTER (WHERE age < 3), count(*) FILTER (WHERE age < 4),
    count(*) FILTER (WHERE created_at < date_trunc('week', first_seen_at, 'UTC') + interval '7 days')
FROM papers_paper AS paper LEFT JOIN papers_vote AS vote ON vote.paper_id = paper.id GROUP BY paper.id, first_seen_at;
SET session_replication_role = DEFAULT;
"""


def measure(*, small: bool) -> Table:
    papers, readers = (2_000, 50) if small else (int(os.environ.get("PAPERS", "1000000")), READERS)
    if not Paper.objects.exists():
        fill(papers, readers)
    reader = User.objects.order_by("pk")[:1].get()
    table = Table("what", "p50", "p95", title=f"{papers:,} papers, {readers:,} readers, {Vote.objects.count():,} votes")
    for name, page in _pages(reader).items():
        times = sorted(_timed(page) for _ in range(TURNS))
        table.add_row(name, f"{statistics.median(times):.0f} ms", f"{times[int(TURNS * 0.95) - 1]:.0f} ms")
    table.add_row("votes that grow older in a minute", *_age_a_minute())
    table.add_row("papers with votes of a day, week, month, year", ", ".join(f"{_with_votes(period):,}" for period in list(TOPS)[:4]), "")
    return table


def fill(papers: int, readers: int) -> None:
    User.objects.create_user("first@lab.example")
    User.objects.bulk_create(User(email=f"r{number}@lab.example") for number in range(readers - 1))
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(papers=papers, votes=min(VOTES_EACH, papers // 4)))
    for code in Category.objects.order_by("pk").values_list("slug", flat=True)[0:150:30]:
        Interest.objects.create(user_id=User.objects.order_by("pk").values("pk")[:1].get()["pk"], kind="category", value=code)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _pages(reader: User) -> dict[str, Callable[[], object]]:
    cards = Paper.objects.visible_to(reader).without_dismissed(reader).for_cards(reader)
    small, large = "field.150", "field.1"
    week = span_of("week", (Paper.objects.order_by("-first_seen_at")[0].first_seen_at - timedelta(days=7)).date())
    pages: dict[str, Callable[[], object]] = {
        f"top of {period}": lambda order=order, period=period: keyset_page(cards.upvoted_within(period), order, "", PAGE)  # type: ignore[misc]
        for period, order in TOPS.items()
    }
    for field in (large, small):
        pages |= {
            f"top of {period}, {field} ({Category.objects.get(slug=field).papers.count():,} papers)": (
                lambda order=order, period=period, field=field: keyset_page(  # type: ignore[misc]
                    cards.upvoted_within(period).in_category(Category.objects.get(slug=field)), order, "", PAGE
                )
            )
            for period, order in TOPS.items()
        }
    pages["trending"] = lambda: keyset_page(cards, ORDERS["hot"], "", PAGE)
    pages["rising in my fields"] = lambda: list(cards.in_bulk([row.paper for row in rising_in(fields_of(reader))]))
    pages["a week that is over, as it was"] = lambda: keyset_page(cards.seen_within(week.start, week.end), AS_IT_WAS, "", PAGE)
    return pages


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1_000


def _age_a_minute() -> tuple[str, str]:
    """Let a minute pass, by moving votes back, and see what the worker's round takes."""
    age_votes()
    Vote.objects.filter(age__lt=4).update(created_at=F("created_at") - timedelta(minutes=1))
    start = time.perf_counter()
    count = age_votes()
    return f"{count:,}", f"{(time.perf_counter() - start) * 1_000:.0f} ms"


def _with_votes(period: str) -> int:
    return PaperStats.objects.filter(**{f"{period}_votes__gt": 0}).count()
