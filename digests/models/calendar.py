"""A day and an hour of the week on somebody's own clock."""

from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import validate_time_zone
from digests import schedule

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class Calendar(models.Model):
    """When a weekly digest comes. `next_due_at` is always the first due hour not yet planned."""

    digests: Any  # what the digests of a subscription are called from its side

    weekday = models.PositiveSmallIntegerField(_("day"), choices=WEEKDAYS, default=0, validators=[MaxValueValidator(6)])
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    next_due_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    def due_after(self, instant: datetime) -> datetime:
        return schedule.next_due(weekday=self.weekday, hour=self.hour, zone=self.time_zone, after=instant)

    def next_period(self) -> str:
        return schedule.period_key(self.next_due_at, self.time_zone)

    def next_open_due(self, now: datetime) -> datetime:
        """Return the next due hour whose week has no digest yet, so that nobody is promised one that will not come."""
        due = self.due_after(now)
        has_one = self.digests.readable().filter(period_key=schedule.period_key(due, self.time_zone)).exists()
        return self.due_after(due) if has_one else due

    def latest_due(self, now: datetime) -> datetime:
        return schedule.latest_due(weekday=self.weekday, hour=self.hour, zone=self.time_zone, now=now)
