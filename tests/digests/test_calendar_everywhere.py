"""In every zone that there is, through three years: one digest in each period, at the reader's hour but inside a gap.

By default every zone at one hour, and others at random; FAULTS=full tries every hour and day of the week, which takes minutes.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.schedule import Cadence, due_at, latest_day, next_day, period_key

FULL = os.environ.get("FAULTS") == "full"
ZONES = sorted(available_timezones())
SHARES = [ZONES[number::12] for number in range(12)]
FIRST, LAST = date(2025, 12, 29), date(2028, 12, 31)  # a Monday and a Sunday, so whole weeks; 2026 has 53, and 2028 a 29 February
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TIMES = [(weekday, hour) for weekday in range(7) for hour in range(24)] if FULL else [(6, 2)]  # when most clocks are changed


def days_between(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


def periods_between(cadence: str, weekday: int, first: date, last: date) -> list[str]:
    """Every day, working day or week, and every month whose first such weekday is within."""
    days = [day for day in days_between(first, last) if cadence != "workdays" or day.weekday() < 5]
    if cadence == "monthly":
        days = [day for day in days if day.weekday() == weekday and day.day in range(1, 8)]
    return list(dict.fromkeys(period_key(day, cadence) for day in days))


def is_gap(due: datetime, day: date, hour: int, zone: str) -> bool:
    """Tell whether the clock jumps over the hour of the day at this very minute."""
    before, after = (instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for instant in (due - MINUTE, due))
    return before < datetime.combine(day, time(hour)) < after


def check(cadence: str, weekday: int, hour: int, zone: str, first: date = FIRST, last: date = LAST) -> None:
    """Walk from digest to digest."""
    calendar = {"cadence": cadence, "weekday": weekday, "hour": hour, "zone": zone}
    instant, keys, clock = datetime.combine(first, time(0), UTC) - 2 * DAY, [], ZoneInfo(zone)
    before, offset = None, None
    while (day := next_day(**calendar, after=instant)) <= last:
        due = due_at(day=day, hour=hour, zone=zone)
        assert due > instant
        local = due.astimezone(clock)
        assert (local.date(), local.hour, local.minute) == (day, hour, 0) or is_gap(due, day, hour, zone)
        if FULL or local.utcoffset() != offset:
            assert latest_day(**calendar, now=due) == day
            assert before is None or latest_day(**calendar, now=due - MINUTE) == before
        instant, before, offset = due, day, local.utcoffset()
        if day >= first:
            keys.append(period_key(day, cadence))
    assert keys == periods_between(cadence, weekday, first, last)


@pytest.mark.parametrize("cadence", [Cadence.WEEKLY, Cadence.MONTHLY])
@pytest.mark.parametrize("zones", SHARES, ids=range(len(SHARES)))
def test_every_week_and_every_month_has_one_digest(zones: list[str], cadence: str) -> None:
    for zone in zones:
        for weekday, hour in TIMES:
            check(cadence, weekday, hour, zone)


@pytest.mark.parametrize("zones", SHARES, ids=range(len(SHARES)))
def test_every_day_has_one_digest(zones: list[str]) -> None:
    for zone in zones:
        for hour in sorted({hour for _weekday, hour in TIMES}):
            check(Cadence.DAILY, 0, hour, zone)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(Cadence), st.integers(0, 6), st.integers(0, 23), st.sampled_from(ZONES), st.dates(date(1995, 1, 1), date(2035, 1, 1))
)
def test_so_has_any_period_of_forty_years_at_any_hour(cadence: str, weekday: int, hour: int, zone: str, begin: date) -> None:
    monday = begin - begin.weekday() * DAY
    if zone not in SKIPPED or not monday <= SKIPPED[zone] <= monday + 209 * DAY or cadence in {"weekly", "monthly"}:
        check(cadence, weekday, hour, zone, monday, monday + 209 * DAY)


# Zones that crossed the date line, and the day that they left out; Kwajalein's was a Saturday, the others' a Friday or Saturday.
SKIPPED = {
    "Pacific/Apia": date(2011, 12, 30),
    "Pacific/Fakaofo": date(2011, 12, 30),
    "Pacific/Kwajalein": date(1993, 8, 21),
    "Kwajalein": date(1993, 8, 21),
    "Pacific/Kiritimati": date(1994, 12, 31),
    "Pacific/Kanton": date(1994, 12, 31),
    "Pacific/Enderbury": date(1994, 12, 31),
}


@pytest.mark.parametrize("hour", [0, 8, 23])
@pytest.mark.parametrize(("zone", "skipped"), SKIPPED.items())
def test_a_day_that_a_zone_leaves_out_has_no_daily_digest_and_its_neighbours_have_theirs(zone: str, skipped: date, hour: int) -> None:
    instant = datetime.combine(skipped, time(0), UTC) - 4 * DAY
    days = []
    while not days or days[-1] < skipped + 2 * DAY:
        days.append(next_day(cadence="daily", weekday=0, hour=hour, zone=zone, after=instant))
        instant = due_at(day=days[-1], hour=hour, zone=zone)
    assert days == [day for day in days_between(days[0], skipped + 2 * DAY) if day != skipped]


@pytest.mark.parametrize("hour", [0, 8, 23])
@pytest.mark.parametrize(("zone", "skipped"), SKIPPED.items())
def test_the_week_of_a_day_that_a_zone_leaves_out_has_its_digest_when_the_day_is_over(zone: str, skipped: date, hour: int) -> None:
    check(
        "weekly", skipped.weekday(), hour, zone, skipped - skipped.weekday() * DAY - 7 * DAY, skipped - skipped.weekday() * DAY + 20 * DAY
    )
    due = due_at(day=skipped, hour=hour, zone=zone).astimezone(ZoneInfo(zone))
    assert (due.date(), due.hour, due.minute) == (skipped + DAY, 0, 0)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Nuuk"])
def test_the_53rd_week_is_a_week_like_any_other(zone: str) -> None:
    keys, instant = [], datetime(2026, 12, 20, tzinfo=UTC)
    for _ in range(4):
        day = next_day(cadence="weekly", weekday=4, hour=8, zone=zone, after=instant)
        instant = due_at(day=day, hour=8, zone=zone)
        keys.append(period_key(day, "weekly"))
    assert keys == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
