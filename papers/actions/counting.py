"""The counters of many papers at once: locked in one order, so that no two who change them wait for each other."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from papers.models import PaperStats, Vote
from papers.models.vote import Age
from papers.ranking import hot

BATCH = 5_000
# How long a vote stays in a counter, and which counter it leaves then.
STAYS = {
    Age.DAY: (timedelta(days=1), "day_votes"),
    Age.WEEK: (timedelta(days=7), "week_votes"),
    Age.MONTH: (timedelta(days=30), "month_votes"),
    Age.YEAR: (timedelta(days=365), "year_votes"),
}
RECOUNT = """
UPDATE papers_paperstats SET
    vote_count = votes.whole,
    hot = log(greatest(votes.whole, 1)::float8) + extract(epoch FROM votes.first_seen_at)::float8 / %s,
    day_votes = votes.of_day, week_votes = votes.of_week, month_votes = votes.of_month, year_votes = votes.of_year,
    first_week_votes = votes.of_first_week
FROM (
    SELECT paper.id, paper.first_seen_at, count(vote.id) AS whole,
        count(*) FILTER (WHERE vote.age < 1) AS of_day, count(*) FILTER (WHERE vote.age < 2) AS of_week,
        count(*) FILTER (WHERE vote.age < 3) AS of_month, count(*) FILTER (WHERE vote.age < 4) AS of_year,
        count(*) FILTER (WHERE vote.created_at < date_trunc('week', paper.first_seen_at, 'UTC') + interval '7 days') AS of_first_week
    FROM papers_paper AS paper LEFT JOIN papers_vote AS vote ON vote.paper_id = paper.id
    WHERE paper.id = ANY(%s) GROUP BY paper.id
) AS votes WHERE papers_paperstats.paper_id = votes.id
"""


def lock_stats(*, papers: QuerySet | Iterable[int]) -> QuerySet[PaperStats]:
    """Lock the counters of some papers, given by their keys or a query of them, and return the locked rows to update."""
    locked = PaperStats.objects.select_for_update(of=("self",)).filter(pk__in=papers).order_by("pk").values_list("pk", flat=True)
    return PaperStats.objects.filter(pk__in=list(locked))


@transaction.atomic
def recount_votes(*, papers: Collection[int]) -> None:
    """Count the votes of some papers, given by their keys, from the votes themselves: after a merge, or a changed arrival."""
    lock_stats(papers=papers)
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [hot.SECONDS_PER_TENFOLD, list(papers)])


def age_votes() -> int:
    """Let votes leave the counters of the day, week, month and year that they are too old for; return how many did."""
    return sum(_age_all(age) for age in STAYS)


def _age_all(age: Age) -> int:
    count = 0
    while aged := _age_batch(age):
        count += aged
    return count


@transaction.atomic
def _age_batch(age: Age) -> int:
    """Votes are locked before counters, as by a single vote; one that is just being taken back is left to that."""
    stay, counter = STAYS[age]
    due = Vote.objects.filter(age=age, created_at__lt=Now() - stay).select_for_update(skip_locked=True).order_by("created_at")
    votes = dict(due.values_list("pk", "paper")[:BATCH])
    stats = lock_stats(papers=set(votes.values()))
    moved = Vote.objects.filter(pk__in=votes, paper=OuterRef("pk")).order_by().values("paper").annotate(n=Count("pk")).values("n")
    stats.update(**{counter: F(counter) - Subquery(moved)})
    Vote.objects.filter(pk__in=votes).update(age=F("age") + 1)
    return len(votes)
