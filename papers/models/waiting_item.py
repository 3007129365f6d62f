"""A place in a list for a paper that is still looked up by its id."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from papers.models.paper import Paper
from papers.models.reading_list import ReadingList


class WaitingItemQuerySet(models.QuerySet["WaitingItem"]):
    def found(self) -> "WaitingItemQuerySet":
        """Those whose paper has come, with its key as `found_paper`, in the order of their lists and files."""
        by_arxiv_id = Subquery(Paper.objects.filter(arxiv_id=OuterRef("identifier")).values("pk"))
        by_doi = Subquery(Paper.objects.filter(doi=OuterRef("identifier")).values("pk"))
        return self.annotate(found_paper=Coalesce(by_arxiv_id, by_doi)).filter(found_paper__isnull=False).order_by("reading_list", "pk")


class WaitingItem(models.Model):
    reading_list = models.ForeignKey(ReadingList, models.CASCADE, related_name="waiting_items")
    identifier = models.CharField(max_length=255)
    note = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = WaitingItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading_list", "identifier"], name="a_paper_waits_once_per_list")]
        verbose_name = _("waiting item")

    def __str__(self) -> str:
        return f"{self.identifier} for {self.reading_list_id}"
