"""Where papers come from on a schedule, what each run brought, and how often a host may be asked."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SourceQuerySet(models.QuerySet["Source"]):
    def due(self) -> "SourceQuerySet":
        """Switched on, their hour has come by the database's clock, and nobody is at it."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
        return self.filter(free, is_active=True, next_run_at__lte=Now()).order_by("next_run_at", "pk")


class Source(models.Model):
    """A place that is harvested: what it is, what of it is wanted, how far the last page went, and when next."""

    class Kind(models.TextChoices):
        ARXIV = "arxiv", _("arXiv, by its search API")
        OAI = "oai", _("arXiv, by OAI-PMH")
        BIORXIV = "biorxiv", _("bioRxiv or medRxiv")
        HF_DAILY = "hf_daily", _("Hugging Face daily papers")
        FEED = "feed", _("an RSS or Atom feed")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    wanted = models.CharField(
        _("what of it"),
        max_length=500,
        blank=True,
        help_text=_("arXiv: categories such as cs.CL cs.LG; OAI-PMH: a set such as cs; bioRxiv: biorxiv or medrxiv. Empty: everything."),
    )
    address = models.URLField(_("address"), max_length=500, blank=True, help_text=_("For feeds. Elsewhere, empty means the usual one."))
    every_hours = models.PositiveSmallIntegerField(_("every so many hours"), default=24)
    is_active = models.BooleanField(_("harvested"), default=True)
    cursor = models.JSONField(default=dict, blank=True, editable=False)
    next_run_at = models.DateTimeField(_("next run"), db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="a_source_rests_an_hour", condition=Q(every_hours__gte=1))]
        verbose_name = _("source")

    def __str__(self) -> str:
        return self.name

    @property
    def rest(self) -> timedelta:
        return timedelta(hours=self.every_hours)


class HarvestQuerySet(models.QuerySet["Harvest"]):
    def open(self) -> "HarvestQuerySet":
        """Runs that go on, now or when the host wants to be asked again."""
        return self.filter(state__in=[Harvest.State.RUNNING, Harvest.State.PUT_OFF])

    def last_of_each(self) -> "HarvestQuerySet":
        """The last run of each source."""
        return self.order_by("source_id", "-started_at").distinct("source_id")


class Harvest(models.Model):
    """One run over a source. Counts are written with each page, in the transaction that stores its papers."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        PUT_OFF = "put_off", _("put off")
        FAILED = "failed", _("failed")

    source = models.ForeignKey(Source, models.CASCADE, related_name="harvests")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejections = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)

    objects = HarvestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("source", F("started_at").desc(), name="latest_harvests")]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(state__in=["running", "put_off"]), name="one_harvest_at_a_time")
        ]
        verbose_name = _("harvest")

    def __str__(self) -> str:
        return f"{self.source_id}: {self.state}"


class Host(models.Model):
    """A host of others that we ask, and from when on we may ask again; shared by all workers on all machines."""

    name = models.CharField(primary_key=True, max_length=255)
    free_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of_reader(self, user: "User | AnonymousUser") -> "SubmissionQuerySet":
        """What a reader brought in, the newest first."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user).select_related("paper").order_by("-pk")

    def due(self) -> "SubmissionQuerySet":
        """Waiting ones whose time has come, oldest first; a lease that ran out is taken up again."""
        return self.filter(state=Submission.State.WAITING, next_try_at__lte=Now()).order_by("next_try_at", "pk")


class Submission(models.Model):
    """A paper that somebody brought in by its id; what it is called is looked up in the background."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being looked up")
        FOUND = "found", _("found")
        UNKNOWN = "unknown", _("not found")
        FAILED = "failed", _("given up")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="submissions")
    identifier = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    paper = models.ForeignKey("papers.Paper", models.SET_NULL, null=True, blank=True, related_name="submissions")
    lists = models.ManyToManyField("papers.ReadingList", blank=True, related_name="submissions", verbose_name=_("lists it goes into"))
    code_url = models.URLField(_("code"), max_length=2_000, blank=True)
    project_url = models.URLField(_("project page"), max_length=2_000, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("user", F("id").desc(), name="my_submissions"),
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="submissions_to_look_up"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "identifier"], condition=Q(state="waiting"), name="asked_once_at_a_time")]
        verbose_name = _("submission")

    def __str__(self) -> str:
        return f"{self.identifier}: {self.state}"
