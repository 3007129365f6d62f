"""What a reader read and saved: by ISO week in the reader's time zone, and by topic."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from accounts.models import User
from papers.models import Category, ListItem, ReadingState
from papers.ranking.streaks import streak
from papers.spans import Span, span_of

USUAL_WEEKS, MOST_WEEKS = 26, 104
MOST_TOPICS = 10


@dataclass(frozen=True)
class Week:
    span: Span
    read: int
    saved: int


@dataclass(frozen=True)
class Topic:
    category: Category
    read: int


@dataclass(frozen=True)
class History:
    """`weeks` are the latest, this one last; totals, topics and the streak are of all time."""

    weeks: list[Week]
    topics: list[Topic]
    streak: int
    read: int
    saved: int


def history_of(user: User, weeks: int = USUAL_WEEKS) -> History:
    """Return a reader's history, in three queries.

    Args:
        weeks: how many of the latest, 1 to MOST_WEEKS.
    """
    read = _by_week(ReadingState.objects.of_reader(user).filter(read_at__isnull=False), "read_at", user)
    theirs = Q(reading_list__owner__user=user) | Q(added_by=user)
    saved = _by_week(ListItem.objects.filter(theirs), "added_at", user)
    spans = [span_of("week", timezone.now().astimezone(ZoneInfo(user.time_zone)).date())]
    while len(spans) < max(weeks, len(read) + 2):  # a streak may reach back further than the picture
        spans.append(spans[-1].before)
    spans.reverse()
    shown = [Week(span, read[span.key], saved[span.key]) for span in spans[-weeks:]]
    return History(shown, _topics(user), streak([read[span.key] for span in spans]), read.total(), saved.total())


def _by_week(rows: QuerySet[Any], moment: str, user: User) -> Counter[str]:
    """How many rows there are in each week, by its key."""
    zone = ZoneInfo(user.time_zone)
    counts = rows.order_by().annotate(week=TruncWeek(moment, tzinfo=zone)).values_list("week").annotate(n=Count("paper", distinct=True))
    return Counter({span_of("week", (monday + timedelta(hours=12)).astimezone(zone).date()).key: n for monday, n in counts})


def _topics(user: User) -> list[Topic]:
    read = Q(papers__reading_states__user=user, papers__reading_states__state="read")
    counted = Category.objects.filter(read).annotate(n=Count("papers", filter=read)).order_by("-n", "slug")
    return [Topic(category, category.n) for category in counted[:MOST_TOPICS]]
