"""A file that a reader brings in: looked at first, brought in on the reader's word, each in the background."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PaperImportQuerySet(models.QuerySet["PaperImport"]):
    def of_reader(self, user: "User | AnonymousUser") -> "PaperImportQuerySet":
        """What a reader brought, the newest first."""
        return self.filter(user=user).order_by("-pk") if user.is_authenticated else self.none()

    def open(self) -> "PaperImportQuerySet":
        """Files that are still kept: not looked at yet, waiting for their reader's word, or on their way in."""
        return self.exclude(state__in=[PaperImport.State.DONE, PaperImport.State.FAILED])

    def due(self) -> "PaperImportQuerySet":
        """Something is to be done with them and nobody is at it, oldest first."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
        return self.filter(free, state__in=[PaperImport.State.NEW, PaperImport.State.WANTED]).order_by("pk")


class PaperImport(models.Model):
    """One file or pasted text.

    `position` counts the entries that are behind us, written in the transaction that handles
    them; so one that was killed goes on where it was. Into `reading_list`, or into a list that is
    then made under the title `new_list`, papers go with their notes and tags.
    """

    class State(models.TextChoices):
        NEW = "new", _("being looked at")
        READY = "ready", _("waits for your word")
        WANTED = "wanted", _("on its way in")
        DONE = "done", _("brought in")
        FAILED = "failed", _("given up")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    name = models.CharField(_("name"), max_length=200)
    form = models.CharField(max_length=10, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=6, choices=State, default=State.NEW)
    is_wanted = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    named_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    added_count = models.PositiveIntegerField(default=0)
    asked_count = models.PositiveIntegerField(default=0)
    reading_list = models.ForeignKey("papers.ReadingList", models.SET_NULL, null=True, blank=True, related_name="+")
    new_list = models.CharField(max_length=120, blank=True)
    noted_count = models.PositiveIntegerField(default=0)
    tagged_count = models.PositiveIntegerField(default=0)
    listed_count = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PaperImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("user", F("id").desc(), name="my_imports"),
            models.Index(fields=["id"], condition=Q(state__in=["new", "wanted"]), name="imports_to_do"),
        ]
        verbose_name = _("import")

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def entry_count(self) -> int:
        return self.new_count + self.known_count + self.named_count + self.rejected_count

    @property
    def list_name(self) -> str:
        """owner/slug of the list that the papers go into, or ""."""
        return f"{self.reading_list.owner.name}/{self.reading_list.slug}" if self.reading_list else ""

    @property
    def taken_count(self) -> int:
        """Entries that say which paper is meant."""
        return self.new_count + self.known_count + self.named_count

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.NEW, self.State.WANTED}


class ImportPart(models.Model):
    """A piece of an import's file, so that no file is ever in memory or on the wire as one value."""

    paper_import = models.ForeignKey(PaperImport, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper_import", "number"], name="a_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.paper_import_id}"


class ImportRejection(models.Model):
    """An entry that was not taken, and why."""

    paper_import = models.ForeignKey(PaperImport, models.CASCADE, related_name="rejections")
    place = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"
