"""Lists that are kept in step with Zotero: which library, how far, and what each paper is called there."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken
from papers.models.reading_list import ReadingList


class ZoteroLinkQuerySet(models.QuerySet["ZoteroLink"]):
    def due(self) -> "ZoteroLinkQuerySet":
        """Links whose list has changed since it was last brought to Zotero, and that need not wait."""
        behind = self.exclude(pushed_version=F("reading_list__version"))
        return behind.filter(state=ZoteroLink.State.RUNS, next_at__lte=timezone.now()).order_by("next_at", "pk")


class ZoteroLink(models.Model):
    """A list and a collection of a Zotero library, by a key of the one who made the link; it runs as long as they manage the list."""

    class State(models.TextChoices):
        RUNS = "runs", _("kept in step")
        STOPPED = "stopped", _("stopped")

    reading_list = models.OneToOneField(ReadingList, models.CASCADE, related_name="zotero")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    set_up_with = models.ForeignKey(ApiToken, models.SET_NULL, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    sealed_key = models.TextField(editable=False)
    library = models.CharField(_("library"), max_length=40)  # as in addresses: users/1, groups/2
    library_name = models.CharField(max_length=200, blank=True)
    collection = models.CharField(max_length=8, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.RUNS)
    problem = models.CharField(max_length=500, blank=True)
    pushed_version = models.BigIntegerField(default=0)
    pushed_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now)

    objects = ZoteroLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at", "id"], name="zotero_links_due", condition=models.Q(state="runs"))]

    def __str__(self) -> str:
        return f"{self.reading_list_id} in {self.library}"


class ZoteroItem(models.Model):
    """A paper as we brought it to Zotero. One that somebody changed there is left to them."""

    link = models.ForeignKey(ZoteroLink, models.CASCADE, related_name="items")
    slug = models.CharField(max_length=255)
    key = models.CharField(max_length=8)
    version = models.BigIntegerField(default=0)  # 0 until Zotero has told one
    note_key = models.CharField(max_length=8)
    note_version = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=32, blank=True)
    is_left = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "slug"], name="a_paper_once_per_zotero_link")]

    def __str__(self) -> str:
        return f"{self.slug} as {self.key}"
