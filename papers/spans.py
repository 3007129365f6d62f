"""Days, months and ISO weeks as spans of time in UTC: what an archive's page shows. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

SPELLING = re.compile(r"(?P<year>\d{4})-(?:W(?P<week>\d{2})|(?P<month>\d{2})(?:-(?P<day>\d{2}))?)", re.ASCII)


@dataclass(frozen=True)
class Span:
    """A week, a month or a day.

    Attributes:
        key: such as 2026-W47, 2026-11 or 2026-11-24 (ISO 8601).
        kind: "week", "month" or "day".
        first, last: days of it.
    """

    key: str
    kind: str
    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.start + (self.last - self.first) + timedelta(days=1)

    @property
    def before(self) -> "Span":
        return span_of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Span":
        return span_of(self.kind, self.last + timedelta(days=1))


def span_of(kind: str, day: date) -> Span:
    """Return the week, month or day in which a day lies."""
    if kind == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Span(f"{year:04}-W{week:02}", kind, first, first + timedelta(days=6))
    if kind == "month":
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return Span(f"{day:%Y-%m}", kind, day.replace(day=1), following - timedelta(days=1))
    return Span(day.isoformat(), "day", day, day)


def read_span(key: str) -> Span | None:
    """Return the span that a key names, or None for what names none, such as week 53 of a year that has 52."""
    match = SPELLING.fullmatch(key)
    if not match or not 1900 <= int(match["year"]) <= 2999:
        return None
    year = int(match["year"])
    try:
        if match["week"]:
            return span_of("week", date.fromisocalendar(year, int(match["week"]), 1))
        day = date(year, int(match["month"]), int(match["day"] or 1))
    except ValueError:
        return None
    return span_of("day" if match["day"] else "month", day)
