"""One reader's digest of one day, week or month: planned, then frozen, then read."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests import schedule
from digests.models.subscription import Subscription
from digests.signing import open_token
from papers.models import Paper

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PeriodsQuerySet(models.QuerySet[Any]):
    """What holds of digests, a reader's or a team's."""

    def planned(self) -> Self:
        return self.filter(state=Digest.State.PLANNED).order_by("pk")

    def readable(self) -> Self:
        return self.filter(state=Digest.State.READY)

    def of_period(self, period_key: str) -> Self:
        """Those that are a period's digest already or will be, whatever the cadence was when they were made.

        Later ones count, too: whoever travels west has the same day twice, and wants one digest for it.
        """
        first, _last = schedule.days_of(period_key)
        return self.filter(day__gte=first, state__in=[Digest.State.PLANNED, Digest.State.READY])

    def outdated(self) -> Self:
        """Those of a subscription that has one of a later day."""
        return self.filter(Exists(self.model.objects.filter(subscription=OuterRef("subscription"), day__gt=OuterRef("day"))))

    def called(self, period_key: str) -> Self:
        """The one of a period, or the "latest" that there is to read."""
        return self.readable().newest()[:1] if period_key == "latest" else self.filter(period_key=period_key)

    def newest(self) -> Self:
        return self.order_by("-planned_at", "-pk")


class DigestQuerySet(PeriodsQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A digest is its reader's own."""
        return self.filter(subscription__user=user) if user.is_authenticated else self.none()

    def with_papers_for(self, reader: "User") -> Self:
        """Load the papers of each with all that their cards show."""
        cards = Prefetch("paper", Paper.objects.visible_to(reader).for_cards(reader))
        return self.prefetch_related(Prefetch("entries", DigestPaper.objects.prefetch_related(cards)))

    def latest_of_each(self) -> Self:
        """Each active subscription's latest digest."""
        active = self.filter(subscription__in=Subscription.objects.active())
        return active.order_by("subscription", "-day", "-pk").distinct("subscription")


class Digest(models.Model):
    """The unique key (subscription, period) makes two clocks, replays and zone changes harmless.

    `day` is the reader's date that it was planned for. It says which of two digests is the later one, and what other periods
    a digest falls into once the cadence has changed; keys cannot, since 2026-11, 2026-W48 and 2026-11-27 are not in one order.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        READY = "ready", _("ready")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")

    subscription = models.ForeignKey("digests.Subscription", models.CASCADE, related_name="digests")
    period_key = models.CharField(_("period"), max_length=10)
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(_("why it was not sent"), max_length=300, blank=True)
    is_asked_for = models.BooleanField(_("asked for by the reader"), default=False)  # so it is made whether or not they want any
    news = models.JSONField(default=list, editable=False)  # notices that the reader wanted in here: text and path of each
    planned_at = models.DateTimeField(db_default=Now())
    composed_at = models.DateTimeField(null=True, blank=True)
    line: str  # what became of it, for its reader; digests.delivery_lines writes it

    objects = DigestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "period_key"], name="one_digest_per_period")]
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
            return gettext("something went wrong while it was made; it is tried again when you ask for it, or next time")
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
