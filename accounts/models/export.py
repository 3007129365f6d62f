"""A reader's data in one file: asked for, made by a worker, taken once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportQuerySet(models.QuerySet["DataExport"]):
    def waiting(self) -> "ExportQuerySet":
        return self.filter(state=DataExport.State.WAITING).order_by("pk")


class DataExport(models.Model):
    """waiting -> ready -> taken; or failed or expired. The file lies under DATA_DIR/exports until it is taken."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being made")
        READY = "ready", _("ready")
        TAKEN = "taken", _("downloaded")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="exports")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(state="waiting"), name="one_export_at_a_time"),
        ]
        verbose_name = _("export of data")
        verbose_name_plural = _("exports of data")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"
