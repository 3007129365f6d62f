"""The calendar of digests: on which days one is due, at which instant, and which period it is the digest of. Pure.

A digest belongs to a day on the reader's calendar, and its period is that of the day, not of the instant: where clocks skip
the hour before midnight, what is due on a Saturday at 23:00 comes on Sunday at 00:00, and is still Saturday's.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
DAYS_IN_A_WEEK = 7
SATURDAY = 5


class Cadence(StrEnum):
    """How often: a period is a day, an ISO week or a month, and has one digest."""

    DAILY = "daily"
    WORKDAYS = "workdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


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


def next_day(*, cadence: str, weekday: int, hour: int, zone: str, after: datetime) -> date:
    """Return the first day whose digest is due later than `after`.

    Args:
        cadence: a Cadence. A day that a zone skips as a whole (Samoa had no 30 December 2011) has no daily digest, whose turn
            would come together with the next day's; a weekly or monthly one comes as soon as the day is over.
        weekday: 0 for Monday to 6 for Sunday, on the reader's calendar; of a month it is the first such day.
        hour: 0 to 23 on the reader's clock.
        zone: an IANA name, such as Europe/Berlin.
        after: an aware instant.
    """
    days = _days(local_date(after, zone), DAY, cadence, weekday, zone)
    return next(day for day in days if due_at(day=day, hour=hour, zone=zone) > after)


def latest_day(*, cadence: str, weekday: int, hour: int, zone: str, now: datetime) -> date:
    """Return the last day whose digest is due not later than `now`: what an outage leaves to send."""
    days = _days(local_date(now, zone) + DAY, -DAY, cadence, weekday, zone)  # of a repeated midnight the first counts, so: tomorrow
    return next(day for day in days if due_at(day=day, hour=hour, zone=zone) <= now)


def next_due(*, cadence: str, weekday: int, hour: int, zone: str, after: datetime) -> datetime:
    """Return the first due instant later than `after`, in UTC."""
    day = next_day(cadence=cadence, weekday=weekday, hour=hour, zone=zone, after=after)
    return due_at(day=day, hour=hour, zone=zone)


def latest_due(*, cadence: str, weekday: int, hour: int, zone: str, now: datetime) -> datetime:
    """Return the last due instant that is not later than `now`, in UTC."""
    day = latest_day(cadence=cadence, weekday=weekday, hour=hour, zone=zone, now=now)
    return due_at(day=day, hour=hour, zone=zone)


def local_date(instant: datetime, zone: str) -> date:
    """Return the day that a reader's calendar shows."""
    return instant.astimezone(ZoneInfo(zone)).date()


def period_key(day: date, cadence: str) -> str:
    """Name the period that a day is in: 2026-11-27, the ISO 8601 week 2026-W48, or 2026-11.

    Keys of one cadence sort by time; those of different ones do not, so a digest also keeps its day.
    """
    if cadence == Cadence.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{day:%Y-%m}" if cadence == Cadence.MONTHLY else day.isoformat()


def days_of(period_key: str) -> tuple[date, date]:
    """Return the first and the last day of a period.

    Raises:
        ValueError: it is not the key of a period.
    """
    if "W" in period_key:
        first = date.fromisoformat(f"{period_key}-1")
        return first, first + timedelta(days=6)
    if len(period_key) == len("2026-11"):
        first = date.fromisoformat(f"{period_key}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - DAY
    first = date.fromisoformat(period_key)
    return first, first


def _days(start: date, step: timedelta, cadence: str, weekday: int, zone: str) -> Iterator[date]:
    """The days that have a digest, one after the other, from a day on or backwards."""
    return (day for number in count() if _has_digest(day := start + number * step, cadence, weekday, zone))


def _has_digest(day: date, cadence: str, weekday: int, zone: str) -> bool:
    if cadence in {Cadence.WEEKLY, Cadence.MONTHLY}:
        return day.weekday() == weekday and (cadence == Cadence.WEEKLY or day.day <= DAYS_IN_A_WEEK)
    return (cadence == Cadence.DAILY or day.weekday() < SATURDAY) and _exists(day, zone)


def _exists(day: date, zone: str) -> bool:
    """Tell a day of a zone from one that it skips as a whole; clocks alone are put forward at midnight, too, or at noon."""
    return any(_is_on_the_clock(datetime.combine(day, time(hour), ZoneInfo(zone))) for hour in (0, 23))


def _is_on_the_clock(wall: datetime) -> bool:
    """Tell a wall time that a clock shows from one that it skips: only the former survives a round trip."""
    return wall.astimezone(UTC).astimezone(wall.tzinfo) == wall  # of one zone the walls are compared, and nothing else
