"""What hangs on a comment: its earlier texts, whom it mentions, what readers report about it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.models.comment import Comment


class CommentEdit(models.Model):
    """A text that a comment had before; `version` is the comment's at that time."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="edits")
    version = models.PositiveIntegerField()
    text = models.TextField()
    written_at = models.DateTimeField()

    objects: models.Manager["CommentEdit"] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "version"], name="each_text_of_a_comment_once")]
        verbose_name = _("earlier text")

    def __str__(self) -> str:
        return f"version {self.version} of comment {self.comment_id}"


class Mention(models.Model):
    """Somebody whom a comment has mentioned, by the handle as it was typed; each is told once."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    handle = models.CharField(max_length=39)

    objects: models.Manager["Mention"] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once_per_comment")]
        verbose_name = _("mention")

    def __str__(self) -> str:
        return f"@{self.handle} in comment {self.comment_id}"


class CommentReportQuerySet(models.QuerySet["CommentReport"]):
    def open(self) -> "CommentReportQuerySet":
        """What waits for a moderator."""
        return self.filter(state=CommentReport.State.OPEN)


class CommentReport(models.Model):
    """A reader's word that a comment should not stand there; one per reader and comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("it is advertising, or the same thing again and again")
        ABUSE = "abuse", _("it attacks somebody")
        PRIVATE = "private", _("it tells what is nobody's business")
        OFF_TOPIC = "off_topic", _("it has nothing to do with the paper")
        OTHER = "other", _("something else")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("what is wrong with it"), max_length=10, choices=Reason)
    words = models.TextField(_("in your words"), max_length=1_000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = CommentReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "reporter"], name="one_report_per_reader")]
        indexes = [models.Index(fields=["-id"], condition=models.Q(state="open"), name="open_reports")]
        verbose_name = _("report of a comment")
        verbose_name_plural = _("reports of comments")

    def __str__(self) -> str:
        return f"{self.reason}: comment {self.comment_id}"
