"""Periods, calendars, reasons and answers, in words and symbols."""

from typing import Any

from django import template

from digests import periods, reasons
from digests.models import Answer

register = template.Library()
register.filter("period", periods.name_of)
register.filter("period_days", periods.days_in_words)
register.filter("rhythm", periods.rhythm_of)
SYMBOLS = {Answer.SAVE: "bookmark", Answer.UPVOTE: "upvote", Answer.DISMISS: "dismissed"}


@register.filter
def reason_text(reason: dict[str, Any]) -> str:
    return reasons.reason_text(reason)


@register.filter
def symbol(answer: Answer) -> str:
    """The icon of an answer, the same as on cards."""
    return SYMBOLS[answer]
