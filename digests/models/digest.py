"""One reader's digest of one week: planned, then frozen, then read."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests.signing import open_token

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: "User | AnonymousUser") -> "DigestQuerySet":
        """A digest is its reader's own."""
        return self.filter(subscription__user=user) if user.is_authenticated else self.none()

    def readable(self) -> "DigestQuerySet":
        return self.filter(state=Digest.State.READY)

    def planned(self) -> "DigestQuerySet":
        return self.filter(state=Digest.State.PLANNED).order_by("pk")

    def latest_of_each(self) -> "DigestQuerySet":
        """Each active subscription's latest week."""
        stays = {"subscription__user__is_active": True, "subscription__user__deletion_due_at__isnull": True}
        active = self.filter(subscription__is_active=True, **stays)
        return active.order_by("subscription", "-period_key").distinct("subscription")

    def newest(self) -> "DigestQuerySet":
        return self.order_by("-planned_at", "-pk")


class Digest(models.Model):
    """The unique key (subscription, period) makes two clocks, replays and zone changes harmless."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        READY = "ready", _("ready")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")

    subscription = models.ForeignKey("digests.Subscription", models.CASCADE, related_name="digests")
    period_key = models.CharField(_("week"), max_length=10)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(_("why it was not sent"), max_length=300, blank=True)
    is_asked_for = models.BooleanField(_("asked for by the reader"), default=False)  # so it is made whether they want one weekly or not
    news = models.JSONField(default=list, editable=False)  # notices that the reader wanted in here: text and path of each
    planned_at = models.DateTimeField(db_default=Now())
    composed_at = models.DateTimeField(null=True, blank=True)
    line: str  # what became of it, for its reader; digests.delivery_lines writes it

    objects = DigestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "period_key"], name="one_digest_per_week")]
        indexes = [
            models.Index("id", condition=models.Q(state="planned"), name="planned_digests"),
            models.Index("planned_at", "state", name="digests_of_late"),
        ]
        verbose_name = _("digest")

    def __str__(self) -> str:
        return self.period_key

    def get_absolute_url(self) -> str:
        return reverse("digests:digest", args=[self.period_key])

    @property
    def reason_for_reader(self) -> str:
        """Why there is nothing to read; a fault of ours is for the administrator to read in full."""
        if self.state == self.State.FAILED:
            return gettext("something went wrong while it was made; it is tried again when you ask for it, or next week")
        return self.reason


class Answer(models.TextChoices):
    """What a reader may answer to a paper of a digest, in the mail and on the web."""

    SAVE = "save", _("Save")
    UPVOTE = "upvote", _("Upvote")
    DISMISS = "dismiss", _("Not for me")


class DigestPaperQuerySet(models.QuerySet["DigestPaper"]):
    def answerable(self) -> "DigestPaperQuerySet":
        """Those whose reader is still here to answer."""
        return self.filter(user__is_active=True, user__deletion_due_at__isnull=True)


class DigestPaper(models.Model):
    """A paper in a digest with its score and reason; also the ledger of what a reader was ever sent."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="entries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    score = models.FloatField()
    reason = models.JSONField(default=dict)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)  # by its reader, logged in, from the digest

    objects = DigestPaperQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["user", "paper"], name="no_paper_sent_twice"),
            models.UniqueConstraint(fields=["digest", "position"], name="one_paper_per_place"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} in {self.digest_id}"

    @property
    def open_path(self) -> str:
        """The way to the paper that notes when its reader first took it."""
        return reverse("digests:open", args=[open_token(self.pk)])
