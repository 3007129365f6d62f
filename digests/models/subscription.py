"""Who wants a digest, and when."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digests.models.calendar import Calendar

MOST_PAPERS = 50
LONGEST_PAUSE = timedelta(days=366)


class Choosiness(models.TextChoices):
    """Keys of the recommender's BARS: how far above an ordinary paper the least of a digest is."""

    EASY = "easy", _("More: also what may fit")
    USUAL = "usual", _("As usual: what fits")
    STRICT = "strict", _("Fewer: only what fits very well")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of_present_readers(self) -> "SubscriptionQuerySet":
        """Those whose reader is here and stays."""
        return self.filter(user__is_active=True, user__deletion_due_at__isnull=True)

    def active(self) -> "SubscriptionQuerySet":
        """Those that want a digest now."""
        return self.of_present_readers().filter(Q(paused_until__isnull=True) | Q(paused_until__lte=Now()), is_active=True)

    def paused(self) -> "SubscriptionQuerySet":
        return self.filter(paused_until__gt=Now())

    def due(self) -> "SubscriptionQuerySet":
        """Subscriptions whose hour has come, by the database's clock."""
        return self.active().filter(next_due_at__lte=Now()).order_by("next_due_at", "pk")


def validate_pause(until: datetime) -> None:
    if until > timezone.now() + LONGEST_PAUSE:
        raise ValidationError(_("A pause lasts a year at most. To stop the digest for good, switch it off."))


class Subscription(Calendar):
    """A reader's digest: when it comes, and how long it is.

    While it is paused nothing is planned, and no mail of any digest, a team's included, goes to the reader but what they ask for.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_active = models.BooleanField(_("send me a digest"), default=True)
    paper_limit = models.PositiveSmallIntegerField(
        _("papers at most"), default=12, validators=[MinValueValidator(1), MaxValueValidator(MOST_PAPERS)]
    )
    choosiness = models.CharField(_("how choosy it is"), max_length=6, choices=Choosiness, default=Choosiness.USUAL)
    has_surprise = models.BooleanField(_("leave one place for a surprise"), default=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, validators=[validate_pause])
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("next_due_at", "id", condition=models.Q(is_active=True), name="due_subscriptions")]
        verbose_name = _("subscription")

    def __str__(self) -> str:
        return f"digest of {self.user_id}"

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()
