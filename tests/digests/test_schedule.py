"""The calendar: every zone, every hour, across gaps, folds, a skipped day and years of 53 weeks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.schedule import due_at, latest_due, next_due, period_key

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",  # its clocks go forward at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Africa/Casablanca",  # back for Ramadan
    "Antarctica/Troll",  # by two hours
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Chatham",
]
instants = st.datetimes(min_value=datetime(2009, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.fixed_dictionaries({"weekday": st.integers(0, 6), "hour": st.integers(0, 23), "zone": st.sampled_from(ZONES)})
A_WEEK = timedelta(days=7)
LONGEST_SHIFT = timedelta(hours=26)  # a skipped day, and its clocks' own change


def on_the_wall(instant: datetime, zone: str) -> tuple[int, int, int]:
    local = instant.astimezone(ZoneInfo(zone))
    return local.weekday(), local.hour, local.minute


@given(calendars, instants)
def test_the_next_due_hour_is_later_and_within_a_week(calendar: dict, now: datetime) -> None:
    due = next_due(**calendar, after=now)
    assert now < due <= now + A_WEEK + LONGEST_SHIFT


@given(calendars, instants)
def test_the_latest_due_hour_is_not_later_and_within_a_week(calendar: dict, now: datetime) -> None:
    due = latest_due(**calendar, now=now)
    assert now - A_WEEK - LONGEST_SHIFT <= due <= now


@given(calendars, instants)
def test_next_and_latest_are_neighbours(calendar: dict, now: datetime) -> None:
    latest, following = latest_due(**calendar, now=now), next_due(**calendar, after=now)
    assert next_due(**calendar, after=latest) == following
    assert latest_due(**calendar, now=following) == following


@given(calendars, instants)
def test_the_reader_s_clock_shows_the_chosen_hour_or_skips_it(calendar: dict, now: datetime) -> None:
    due = next_due(**calendar, after=now)
    if on_the_wall(due, calendar["zone"]) == (calendar["weekday"], calendar["hour"], 0):
        return
    before = (due - timedelta(minutes=1)).astimezone(ZoneInfo(calendar["zone"]))
    after = due.astimezone(ZoneInfo(calendar["zone"]))
    assert after.replace(tzinfo=None) - before.replace(tzinfo=None) > timedelta(minutes=1), "only a gap may move it, and only to its end"


@given(calendars, instants)
def test_weeks_follow_one_another_without_a_double(calendar: dict, now: datetime) -> None:
    due, keys = now, []
    for _ in range(6):
        due = next_due(**calendar, after=due)
        keys.append(period_key(due, calendar["zone"]))
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29T01:00"),  # 02:00 is skipped: 03:00 summer time
        ("Europe/Berlin", date(2026, 10, 25), 2, "2026-10-25T00:00"),  # 02:00 comes twice: the first
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, "2026-10-03T15:30"),  # 02:00 is skipped: 02:30
        ("Antarctica/Troll", date(2026, 3, 29), 2, "2026-03-29T01:00"),  # 01:00 to 03:00 are skipped
        ("Pacific/Apia", date(2011, 12, 30), 8, "2011-12-30T10:00"),  # the day is skipped: midnight of the 31st
        ("Africa/Casablanca", date(2026, 2, 15), 2, "2026-02-15T01:00"),  # comes twice: the first, still at UTC+1
        ("Asia/Beirut", date(2026, 3, 29), 0, "2026-03-28T22:00"),  # midnight is skipped: 01:00
        ("Asia/Kathmandu", date(2026, 1, 5), 8, "2026-01-05T02:15"),
    ],
)
def test_an_hour_on_a_strange_day(zone: str, day: date, hour: int, expected: str) -> None:
    assert due_at(day=day, hour=hour, zone=zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "key"),
    [
        ("2026-12-31T12:00", "UTC", "2026-W53"),
        ("2027-01-03T23:59", "UTC", "2026-W53"),
        ("2027-01-04T00:00", "UTC", "2027-W01"),
        ("2027-01-03T23:30", "Asia/Tokyo", "2027-W01"),
        ("2027-01-04T03:00", "America/New_York", "2026-W53"),
        ("2024-12-30T08:00", "UTC", "2025-W01"),
        ("2026-02-23T08:00", "UTC", "2026-W09"),
    ],
)
def test_a_week_is_the_iso_week_on_the_reader_s_calendar(instant: str, zone: str, key: str) -> None:
    assert period_key(datetime.fromisoformat(instant).replace(tzinfo=UTC), zone) == key


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        due_at(day=date(2026, 1, 5), hour=8, zone="Mars/Olympus")
