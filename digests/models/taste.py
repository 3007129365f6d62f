"""What of a reader's doings may shape their digests, and what Lectern makes of it."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class TasteQuerySet(models.QuerySet["Taste"]):
    def asked(self) -> "TasteQuerySet":
        """Pictures that somebody waits for, who asked first first."""
        unmade = models.Q(made_at__isnull=True) | models.Q(made_at__lt=models.F("asked_at"))
        return self.filter(unmade, asked_at__isnull=False).order_by("asked_at", "pk")


class Taste(models.Model):
    """A reader's own word on what may be learnt of them, and the picture that was last drawn; no row means that all may be.

    `topics` and `preview` are what the reader's papers are about and what the next digest would hold, as they were at
    `made_at`; `before` is the preview that came earlier, so that the reader sees what a change did.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(_("nothing before it counts"), null=True, blank=True)
    paused_at = models.DateTimeField(_("nothing after it counts"), null=True, blank=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(null=True, editable=False)
    topics = models.JSONField(default=list, editable=False)
    preview = models.JSONField(default=list, editable=False)
    before = models.JSONField(default=list, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)

    objects = TasteQuerySet.as_manager()

    class Meta:
        verbose_name = _("taste")

    def __str__(self) -> str:
        return f"taste of {self.user_id}"

    @property
    def is_being_made(self) -> bool:
        return bool(self.asked_at and (not self.made_at or self.made_at < self.asked_at))

    def counts(self, moment: datetime) -> bool:
        """Tell whether what was done then may shape the digest."""
        return (self.since is None or moment >= self.since) and (self.paused_at is None or moment <= self.paused_at)


class LeftOut(models.Model):
    """A paper that the reader keeps and that shall not shape their digest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="+")

    objects: models.Manager["LeftOut"] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="left_out_once")]
        verbose_name = _("paper left out of a taste")
        verbose_name_plural = _("papers left out of a taste")

    def __str__(self) -> str:
        return f"{self.paper_id} does not speak for {self.user_id}"


class CategoryQuota(models.Model):
    """How many papers of a category a reader's digest shall hold."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    category = models.CharField(_("category"), max_length=200)
    at_least = models.PositiveSmallIntegerField(_("at least"), default=0, validators=[MaxValueValidator(50)])
    at_most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True, validators=[MaxValueValidator(50)])

    objects: models.Manager["CategoryQuota"] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="one_quota_per_category"),
            models.CheckConstraint(
                name="a_quota_can_be_met", condition=models.Q(at_most__isnull=True) | models.Q(at_most__gte=models.F("at_least"))
            ),
        ]
        verbose_name = _("quota of a category")
        verbose_name_plural = _("quotas of categories")

    def __str__(self) -> str:
        return f"{self.category}: {self.at_least} to {self.at_most}"
