"""Periods and calendars in words: Week 48 of 2026, on the first Monday of the month at 08:00."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from digests.models.calendar import Calendar
from digests.schedule import Cadence, days_of


def name_of(period_key: str) -> str:
    """Say 2026-W48 as "Week 48 of 2026", 2026-11 as "November 2026", and 2026-11-27 as "27 November 2026"."""
    first, last = days_of(period_key)
    if "W" in period_key:
        year, week, _day = first.isocalendar()
        return _("Week %(week)d of %(year)s") % {"week": week, "year": year}
    return date_format(first, "j F Y" if first == last else "F Y")


def days_in_words(period_key: str) -> str:
    """Say which days a period has, for whoever knows its name: the first and the last, or which day of the week it is."""
    first, last = days_of(period_key)
    return date_format(first, "l") if first == last else f"{date_format(first, 'j M')} – {date_format(last, 'j M Y')}"


def kind_of(period_key: str) -> str:
    """Return "day", "week" or "month"."""
    first, last = days_of(period_key)
    return "day" if first == last else "week" if "W" in period_key else "month"


def rhythm_of(calendar: Calendar) -> str:
    """Say when a digest comes, such as "Every Monday, 08:00"; the zone is said beside it."""
    words = {
        Cadence.DAILY: _("Every day at %(hour)s"),
        Cadence.WORKDAYS: _("From Monday to Friday at %(hour)s"),
        Cadence.WEEKLY: _("Every %(day)s, %(hour)s"),
        Cadence.MONTHLY: _("On the first %(day)s of the month at %(hour)s"),
    }[Cadence(calendar.cadence)]
    return words % {"day": calendar.get_weekday_display(), "hour": f"{calendar.hour:02d}:00"}
