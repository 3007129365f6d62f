"""How mail and digests fare, in figures: for the administrator's page and for /metrics. A fixed number of queries, all on indexes."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db.models import Count, DurationField, ExpressionWrapper, F, Func, Min, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Left, Now, TruncDate
from django.utils import timezone

from digests.delivery_lines import WORDS
from digests.models import Delivery, Digest, TeamDigest, VisitorDigest
from digests.relay_words import cause_of

State = Delivery.State
OVERDUE_AFTER = timedelta(minutes=10)  # the clock hints every minute
WEEK = timedelta(days=7)
DAYS_DRAWN = 14
KEPT = 60  # seconds: all mails of two weeks are not counted anew for each look at a page that looks every ten
MOST_REASONS = 10
# A relay's answers are gathered by their codes, since their words name addresses and numbers of the relay's own.
CODE = r"^\s*([245]\d\d(?:[ -]+[245]\.\d{1,3}\.\d{1,3})?)"
ADDRESS = r"\S+@\S+"


@dataclass(frozen=True)
class Outbox:
    """Mails of which something is still to become; `oldest` is for how long the oldest due one has waited."""

    waiting: int
    due: int
    overdue: int
    being_sent: int
    handing_over: int
    in_doubt: int
    held: int
    oldest: timedelta | None

    @property
    def later(self) -> int:
        return self.waiting - self.due

    @property
    def in_flight(self) -> int:
        return self.being_sent + self.handing_over


@dataclass(frozen=True)
class Reason:
    state: str
    reason: str
    words: str  # the reason as readers are told it, "" where it is plain already
    count: int


@dataclass(frozen=True)
class Bar:
    """One day of the picture; `height` in percent of the highest. Places are in units of the drawing."""

    place: int
    day: date
    count: int
    height: float

    @property
    def left(self) -> int:
        return 3 + 30 * self.place

    @property
    def middle(self) -> int:
        return self.left + 12

    @property
    def top(self) -> float:
        return round(116 - self.height, 1)


def outbox() -> Outbox:
    pending, handing_over = Q(state=State.PENDING), Q(state=State.HANDING_OVER)
    due = pending & Q(not_before__lte=Now())
    counts = Delivery.objects.unsettled().aggregate(
        waiting=Count("pk", filter=pending),
        due=Count("pk", filter=due),
        overdue=Count("pk", filter=pending & Q(not_before__lte=Now() - OVERDUE_AFTER)),
        being_sent=Count("pk", filter=Q(state=State.SENDING)),
        handing_over=Count("pk", filter=handing_over),
        in_doubt=Count("pk", filter=handing_over & Q(lease_until__lt=Now())),
        held=Count("pk", filter=Q(state=State.HELD)),
        oldest=ExpressionWrapper(Now() - Min("not_before", filter=due), DurationField()),
    )
    return Outbox(**counts)


def sent_by_day(length: int = DAYS_DRAWN) -> list[Bar]:
    """The last two weeks, or so many days, with today, on the clock in use; a minute old at most."""
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in reversed(range(length))]
    key = f"sent_by_day:{length}:{today}:{timezone.get_current_timezone_name()}"
    counts = cache.get_or_set(key, partial(_count_sent, length), KEPT) or {}
    most = max(counts.values(), default=0) or 1
    return [Bar(place, day, counts.get(day, 0), round(100 * counts.get(day, 0) / most, 1)) for place, day in enumerate(days)]


def _count_sent(length: int) -> dict[date, int]:
    sent = Delivery.objects.sent_since(Now() - timedelta(days=length)).order_by().annotate(day=TruncDate("sent_at"))
    return dict(sent.values_list("day").annotate(Count("pk")))


def ended_badly() -> dict[str, int]:
    """How many mails of the last week failed, were skipped or are held."""
    ended = Delivery.objects.ended_badly_since(Now() - WEEK).order_by()
    return dict.fromkeys(["failed", "skipped", "held"], 0) | dict(ended.values_list("state").annotate(Count("pk")))


def reasons_of_mails() -> list[Reason]:
    """Why, the most frequent first."""
    code = Func(F("reason"), Value(CODE), template="SUBSTRING(%(expressions)s)", arg_joiner=" FROM ", output_field=TextField())
    plain = Func(Left("reason", 160), Value(ADDRESS), Value("…"), Value("g"), function="REGEXP_REPLACE", output_field=TextField())
    ended = Delivery.objects.ended_badly_since(Now() - WEEK).order_by().annotate(why=Coalesce(code, plain))
    return [
        _reason(*row) for row in ended.values_list("state", "why").annotate(n=Count("pk")).order_by("-n", "state", "why")[:MOST_REASONS]
    ]


def digests_by_state() -> dict[tuple[str, str], int]:
    """How many digests of the last week are how far, by kind ("reader", "team" or "visitor") and state."""
    found = _of_all("state")
    return {(kind, state): count for kind, state, count in found}


def reasons_of_digests() -> list[Reason]:
    """Why digests of the last week were skipped or failed, the most frequent first."""
    found = _of_all("state", Left("reason", 160), state__in=["skipped", "failed"]).order_by("-n")[:MOST_REASONS]
    return [_reason(state, why, count) for _kind, state, why, count in found]


def _of_all(*columns: Any, **conditions: Any) -> QuerySet[Any, Any]:
    """Counts over readers', teams' and visitors' digests, by some columns, in one query."""
    names = [f"column_{place}" for place, _column in enumerate(columns)]
    parts = []
    for kind, model in (("reader", Digest), ("team", TeamDigest), ("visitor", VisitorDigest)):
        late = model._default_manager.filter(planned_at__gte=Now() - WEEK, **conditions).order_by()
        late = late.annotate(kind=Value(kind), **{name: _expression(column) for name, column in zip(names, columns, strict=True)})
        parts.append(late.values_list("kind", *names).annotate(n=Count("pk")))
    return parts[0].union(*parts[1:], all=True)


def _expression(column: Any) -> Any:
    return F(column) if isinstance(column, str) else column


def _reason(state: str, why: str, count: int) -> Reason:
    cause = cause_of(why)
    return Reason(state, why, str(WORDS[cause][0]) if cause else "", count)
