"""Who wants a digest, and when."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from digests.models.calendar import Calendar

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


class Subscription(Calendar):
    """A reader's weekly digest."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_active = models.BooleanField(_("send me a weekly digest"), default=True)
    paper_limit = models.PositiveSmallIntegerField(
        _("papers at most"), default=12, validators=[MinValueValidator(1), MaxValueValidator(MOST_PAPERS)]
    )
    choosiness = models.CharField(_("how choosy it is"), max_length=6, choices=Choosiness, default=Choosiness.USUAL)
    has_surprise = models.BooleanField(_("leave one place for a surprise"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("next_due_at", "id", condition=models.Q(is_active=True), name="due_subscriptions")]
        verbose_name = _("subscription")

    def __str__(self) -> str:
        return f"weekly digest of {self.user_id}"
