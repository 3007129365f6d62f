"""What happened, in keys, for programs that want to be told: a row waits here until posts are made of it, and goes after some weeks."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=30)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def waiting(self) -> "AnnouncementQuerySet":
        """Those of which no posts are made yet, in the order in which they happened."""
        return self.filter(taken_at__isnull=True).order_by("pk")

    def with_words_of(self, namespace: int) -> "AnnouncementQuerySet":
        """Those that hold words of somebody's, since what they tell of is gone."""
        return self.filter(facts__contains={"owner": namespace})

    def forgettable(self) -> "AnnouncementQuerySet":
        return self.filter(made_at__lt=Now() - KEPT_FOR)


class Announcement(models.Model):
    """`facts` are keys: what they stand for, and whether somebody may see it, is asked whenever a post is written.

    Nothing here points to another table, so that writing one waits for nobody.
    """

    kind = models.CharField(_("kind"), max_length=40)
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())
    taken_at = models.DateTimeField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("id", condition=Q(taken_at__isnull=True), name="announcements_to_take"),
            models.Index("made_at", name="announcements_by_age"),
        ]
        verbose_name = _("announcement")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
