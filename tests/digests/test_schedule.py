"""The calendar: every zone, every hour, across gaps, folds, a skipped day and years of 53 weeks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.schedule import Cadence, days_of, due_at, latest_day, latest_due, local_date, next_day, next_due, period_key

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
calendars = st.fixed_dictionaries(
    {
        "cadence": st.sampled_from(Cadence),
        "weekday": st.integers(0, 6),
        "hour": st.integers(0, 23),
        "zone": st.sampled_from(ZONES),
    }
)
# From one digest to the next at most; a first Monday may be 1 November, and the one after it 6 December.
LONGEST = {"daily": timedelta(days=1), "workdays": timedelta(days=3), "weekly": timedelta(days=7), "monthly": timedelta(days=35)}
LONGEST_SHIFT = timedelta(hours=26)  # a skipped day, and its clocks' own change
MONDAY_8 = {"weekday": 0, "hour": 8, "zone": "UTC"}


def on_the_wall(instant: datetime, zone: str) -> tuple[date, int, int]:
    local = instant.astimezone(ZoneInfo(zone))
    return local.date(), local.hour, local.minute


@given(calendars, instants)
def test_the_next_due_hour_is_later_and_within_a_period(calendar: dict, now: datetime) -> None:
    due = next_due(**calendar, after=now)
    assert now < due <= now + LONGEST[calendar["cadence"]] + LONGEST_SHIFT


@given(calendars, instants)
def test_the_latest_due_hour_is_not_later_and_within_a_period(calendar: dict, now: datetime) -> None:
    due = latest_due(**calendar, now=now)
    assert now - LONGEST[calendar["cadence"]] - LONGEST_SHIFT <= due <= now


@given(calendars, instants)
def test_next_and_latest_are_neighbours(calendar: dict, now: datetime) -> None:
    latest, following = latest_due(**calendar, now=now), next_due(**calendar, after=now)
    assert next_due(**calendar, after=latest) == following
    assert latest_due(**calendar, now=following) == following


@given(calendars, instants)
def test_the_reader_s_clock_shows_the_chosen_hour_or_skips_it(calendar: dict, now: datetime) -> None:
    day, due = next_day(**calendar, after=now), next_due(**calendar, after=now)
    if on_the_wall(due, calendar["zone"]) == (day, calendar["hour"], 0):
        return
    before = (due - timedelta(minutes=1)).astimezone(ZoneInfo(calendar["zone"]))
    after = due.astimezone(ZoneInfo(calendar["zone"]))
    assert after.replace(tzinfo=None) - before.replace(tzinfo=None) > timedelta(minutes=1), "only a gap may move it, and only to its end"


@given(calendars, instants)
def test_periods_follow_one_another_without_a_double(calendar: dict, now: datetime) -> None:
    due, keys = now, []
    for _ in range(6):
        due = next_due(**calendar, after=due)
        keys.append(period_key(latest_day(**calendar, now=due), calendar["cadence"]))
    assert keys == sorted(set(keys))


@given(calendars, instants)
def test_a_day_is_within_its_period(calendar: dict, now: datetime) -> None:
    day = next_day(**calendar, after=now)
    first, last = days_of(period_key(day, calendar["cadence"]))
    assert first <= day <= last
    assert period_key(first, calendar["cadence"]) == period_key(last, calendar["cadence"])


@pytest.mark.parametrize(
    ("cadence", "after", "expected"),
    [
        ("daily", "2026-11-27T08:00", "2026-11-28T08:00"),
        ("daily", "2026-11-27T07:59", "2026-11-27T08:00"),
        ("workdays", "2026-11-27T08:00", "2026-11-30T08:00"),  # a Friday
        ("weekly", "2026-11-27T08:00", "2026-11-30T08:00"),
        ("monthly", "2026-11-27T08:00", "2026-12-07T08:00"),
        ("monthly", "2026-12-07T07:59", "2026-12-07T08:00"),
        ("monthly", "2026-12-07T08:00", "2027-01-04T08:00"),
    ],
)
def test_each_cadence_has_its_days(cadence: str, after: str, expected: str) -> None:
    due = next_due(cadence=cadence, **MONDAY_8, after=datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert due == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_what_a_gap_moves_over_midnight_is_still_the_day_s_before() -> None:
    """Nuuk's clocks go from Saturday 23:00 to Sunday 00:00."""
    calendar = {"cadence": "daily", "weekday": 0, "hour": 23, "zone": "America/Nuuk"}
    moved = next_due(**calendar, after=datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert moved == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert on_the_wall(moved, "America/Nuuk") == (date(2026, 3, 29), 0, 0)
    assert latest_day(**calendar, now=moved) == date(2026, 3, 28)
    assert next_day(**calendar, after=moved) == date(2026, 3, 29)


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
    day = local_date(datetime.fromisoformat(instant).replace(tzinfo=UTC), zone)
    assert period_key(day, "weekly") == key


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026-11-27", "2026-11-27", "2026-11-27"),
        ("2026-W48", "2026-11-23", "2026-11-29"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_period_says_its_days(key: str, first: str, last: str) -> None:
    assert days_of(key) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("key", ["", "x", "2026", "2026-W54", "2026-W", "2026-13", "2026-02-30", "2026-W48-8"])
def test_what_is_no_period_is_an_error(key: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        days_of(key)


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        due_at(day=date(2026, 1, 5), hour=8, zone="Mars/Olympus")
