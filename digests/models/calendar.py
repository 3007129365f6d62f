"""How often, on which day and at which hour of somebody's own clock."""

from datetime import date, datetime
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import validate_time_zone
from digests import schedule
from digests.schedule import Cadence

CADENCES = [
    (Cadence.DAILY.value, _("Every day")),
    (Cadence.WORKDAYS.value, _("From Monday to Friday")),
    (Cadence.WEEKLY.value, _("Every week")),
    (Cadence.MONTHLY.value, _("Every month")),
]
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
    """When a digest comes. `next_due_at` is always the first due hour not yet planned."""

    digests: Any  # what the digests of a subscription are called from its side

    cadence = models.CharField(_("how often"), max_length=8, choices=CADENCES, default=Cadence.WEEKLY.value)
    weekday = models.PositiveSmallIntegerField(
        _("day"),
        choices=WEEKDAYS,
        default=0,
        validators=[MaxValueValidator(6)],
        help_text=_("Of a week; of a month it is the first such day."),
    )
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    next_due_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    @property
    def _times(self) -> dict[str, Any]:
        return {"cadence": self.cadence, "weekday": self.weekday, "hour": self.hour, "zone": self.time_zone}

    def due_after(self, instant: datetime) -> datetime:
        return schedule.next_due(**self._times, after=instant)

    def latest_day(self, now: datetime) -> date:
        """The day whose digest was due last."""
        return schedule.latest_day(**self._times, now=now)

    def today(self, now: datetime) -> date:
        return schedule.local_date(now, self.time_zone)

    def period_of(self, day: date) -> str:
        return schedule.period_key(day, self.cadence)

    def next_period(self) -> str:
        return self.period_of(self.latest_day(self.next_due_at))

    def next_open_due(self, after: datetime) -> datetime:
        """Return the next due hour whose period has no digest yet, so that nobody is promised one that will not come.

        A digest counts whatever the cadence was when it was made: who had one today has had today's, this week's and this month's.
        """
        due = self.due_after(after)
        while self.digests.of_period(self.period_of(self.latest_day(due))).exists():
            due = self.due_after(due)
        return due
