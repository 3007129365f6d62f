"""Who wants a digest, and when."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
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
MOST_PAPERS = 50


class Choosiness(models.TextChoices):
    """Keys of the recommender's BARS: how far above an ordinary paper the least of a digest is."""

    EASY = "easy", _("More: also what may fit")
    USUAL = "usual", _("As usual: what fits")
    STRICT = "strict", _("Fewer: only what fits very well")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def active(self) -> "SubscriptionQuerySet":
        return self.filter(is_active=True, user__is_active=True, user__deletion_due_at__isnull=True)

    def due(self) -> "SubscriptionQuerySet":
        """Subscriptions whose hour has come, by the database's clock."""
        return self.active().filter(next_due_at__lte=Now()).order_by("next_due_at", "pk")


class Subscription(models.Model):
    """A reader's weekly digest. `next_due_at` is always the first due hour not yet planned."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_active = models.BooleanField(_("send me a weekly digest"), default=True)
    weekday = models.PositiveSmallIntegerField(_("day"), choices=WEEKDAYS, default=0, validators=[MaxValueValidator(6)])
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    paper_limit = models.PositiveSmallIntegerField(
        _("papers at most"), default=12, validators=[MinValueValidator(1), MaxValueValidator(MOST_PAPERS)]
    )
    choosiness = models.CharField(_("how choosy it is"), max_length=6, choices=Choosiness, default=Choosiness.USUAL)
    has_surprise = models.BooleanField(_("leave one place for a surprise"), default=True)
    next_due_at = models.DateTimeField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("next_due_at", "id", condition=models.Q(is_active=True), name="due_subscriptions")]
        verbose_name = _("subscription")

    def __str__(self) -> str:
        return f"weekly digest of {self.user_id}"

    def due_after(self, instant: datetime) -> datetime:
        return schedule.next_due(weekday=self.weekday, hour=self.hour, zone=self.time_zone, after=instant)

    def next_period(self) -> str:
        return schedule.period_key(self.next_due_at, self.time_zone)

    def latest_due(self, now: datetime) -> datetime:
        return schedule.latest_due(weekday=self.weekday, hour=self.hour, zone=self.time_zone, now=now)
