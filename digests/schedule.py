"""The calendar of digests: when the next one is due, and which ISO week it belongs to. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_IN_A_WEEK = 7


def due_at(*, day: date, hour: int, zone: str) -> datetime:
    """Return the UTC instant at which a local wall clock shows the hour on a day.

    A skipped hour (clocks put forward) counts from the first valid instant after the gap; of a
    repeated hour the first one counts (PEP 495, fold=0).
    """
    wall = datetime.combine(day, time(hour), ZoneInfo(zone))
    instant = wall.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(instant, ZoneInfo(zone))


def next_due(*, weekday: int, hour: int, zone: str, after: datetime) -> datetime:
    """Return the first due instant later than `after`, in UTC.

    Args:
        weekday: 0 for Monday to 6 for Sunday, on the reader's calendar.
        hour: 0 to 23 on the reader's clock.
        zone: an IANA name, such as Europe/Berlin.
        after: an aware instant.
    """
    day = _on_weekday(after, weekday, zone) - timedelta(days=DAYS_IN_A_WEEK)
    while (instant := due_at(day=day, hour=hour, zone=zone)) <= after:
        day += timedelta(days=DAYS_IN_A_WEEK)
    return instant


def latest_due(*, weekday: int, hour: int, zone: str, now: datetime) -> datetime:
    """Return the last due instant that is not later than `now`: what an outage leaves to send."""
    day = _on_weekday(now, weekday, zone) + timedelta(days=DAYS_IN_A_WEEK)
    while (instant := due_at(day=day, hour=hour, zone=zone)) > now:
        day -= timedelta(days=DAYS_IN_A_WEEK)
    return instant


def period_key(instant: datetime, zone: str) -> str:
    """Return the ISO 8601 week of an instant on the reader's calendar, such as 2026-W48."""
    year, week, _ = instant.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02d}"


def _on_weekday(instant: datetime, weekday: int, zone: str) -> date:
    today = instant.astimezone(ZoneInfo(zone)).date()
    return today + timedelta(days=weekday - today.weekday())


def _end_of_gap(instant: datetime, zone: ZoneInfo) -> datetime:
    """Find the change of offset nearest before an instant that fold=0 pushed past a gap, to the second."""
    low, high = instant - timedelta(days=1), instant
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
    return high.replace(microsecond=0)
