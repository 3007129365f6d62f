"""Where a reader listens, and where the reader wants to hear nothing: a paper's comments, those on a team's item, one thread."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers.models.comment import Comment
from papers.models.reading_list import ListItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

TARGETS = ("paper", "item", "thread")


def _only(target: str) -> Q:
    return Q(**{f"{name}__isnull": name != target for name in TARGETS})


class WatchQuerySet(models.QuerySet["Watch"]):
    def about(self, comment: Comment) -> "WatchQuerySet":
        """All that readers have said about the thread of a comment, or the whole discussion around it."""
        around = Q(item=comment.item_id) if comment.item_id else Q(paper=comment.paper_id)
        return self.filter(around | Q(thread=comment.opening_id))

    def of_reader(self, user: "User | AnonymousUser") -> "WatchQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class Watch(models.Model):
    """One reader's wish about exactly one thing; without a row, only what concerns the reader is told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    paper = models.ForeignKey("papers.Paper", models.CASCADE, null=True, blank=True, related_name="+")
    item = models.ForeignKey(ListItem, models.CASCADE, null=True, blank=True, related_name="+")
    thread = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="+")
    is_muted = models.BooleanField(default=False)
    since = models.DateTimeField(auto_now=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [
            *(models.UniqueConstraint(fields=["user", name], name=f"one_watch_per_{name}") for name in TARGETS),
            models.CheckConstraint(name="a_watch_has_one_target", condition=_only("paper") | _only("item") | _only("thread")),
        ]
        verbose_name = _("watch")

    def __str__(self) -> str:
        return f"{self.user_id} {'mutes' if self.is_muted else 'watches'} {self.paper_id or self.item_id or self.thread_id}"
