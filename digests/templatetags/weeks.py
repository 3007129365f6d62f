"""Weeks, reasons and answers, in words and symbols."""

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from digests import reasons
from digests.models import Answer

register = template.Library()
SYMBOLS = {Answer.SAVE: "bookmark", Answer.UPVOTE: "upvote", Answer.DISMISS: "dismissed"}


@register.filter
def week(period_key: str) -> str:
    """Say 2026-W48 as "Week 48 of 2026"."""
    year, _dash, number = period_key.partition("-W")
    return _("Week %(week)d of %(year)s") % {"week": int(number), "year": year}


@register.filter
def week_days(period_key: str) -> str:
    """Say 2026-W48 as its first and last day."""
    year, _dash, number = period_key.partition("-W")
    first, last = (date.fromisocalendar(int(year), int(number), day) for day in (1, 7))
    return f"{date_format(first, 'j M')} – {date_format(last, 'j M Y')}"


@register.filter
def reason_text(reason: dict[str, Any]) -> str:
    return reasons.reason_text(reason)


@register.filter
def symbol(answer: Answer) -> str:
    """The icon of an answer, the same as on cards."""
    return SYMBOLS[answer]
