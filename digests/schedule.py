"""The calendar of digests: when the next one is due, and which ISO week it belongs to. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_IN_A_WEEK = 7


def due_at(*, day: date, hour: int, zone: str) -> datetime:
    """Return the UTC instant at which a local wall clock shows the hour on a day.

    A skipped hour (clocks put forward) counts from the first valid minute after the gap; of a
    repeated hour the first one counts (PEP 495, fold=0).

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    wall = datetime.combine(day, time(hour), ZoneInfo(zone))
    while not _is_on_the_clock(wall):
        wall += timedelta(minutes=1)  # the longest gap, a whole day at the date line, takes 1,440 steps
    return wall.astimezone(UTC)


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


def _is_on_the_clock(wall: datetime) -> bool:
    """Tell a wall time that a clock shows from one that it skips: only the former survives a round trip."""
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)
