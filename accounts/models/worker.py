"""The processes that work behind the scenes, as they told of themselves: who is there, and who is there without getting anything done."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(minutes=2)  # four beats of a heart
IDLE_AFTER = timedelta(minutes=5)  # the clock hints a dozen tasks a minute, so a worker that gets none for so long is cut off
STUCK_AFTER = timedelta(hours=1)  # longer than the recommender's training, the longest task there is
KEPT_FOR = timedelta(hours=2)  # after the last beat


class Status(models.TextChoices):
    WELL = "well", _("well")
    BUSY = "busy", _("busy with one task for long")
    WAITING = "waiting", _("waits for a clock that does not run")
    STALLED = "stalled", _("stalled: it lives and gets nothing done")
    GONE = "gone", _("gone: no sign of life")


class WorkerQuerySet(models.QuerySet["Worker"]):
    def with_status(self) -> "WorkerQuerySet":
        """Say of each how it is, by the database's clock.

        A heart beats in a thread of its own, so it goes on in a worker that lost its broker and waits for ever; what tells is
        that no task gets through, although a beat that does get through to the broker hints some every minute.
        """
        clock = Worker.objects.filter(role=Worker.Role.BEAT, alive_at__gt=Now() - SILENT_AFTER, started_at__lt=Now() - IDLE_AFTER)
        silent = Q(alive_at__lte=Now() - SILENT_AFTER)
        idle, stuck = Q(worked_at__lte=Now() - IDLE_AFTER), Q(worked_at__lte=Now() - STUCK_AFTER)
        unhinted = Q(~Exists(clock), role=Worker.Role.WORKER)
        return self.annotate(
            status=Case(
                When(silent, then=Value(Status.GONE)),
                When(stuck & ~Q(doing=""), then=Value(Status.STALLED)),
                When(idle & ~Q(doing=""), then=Value(Status.BUSY)),
                When(idle & unhinted, then=Value(Status.WAITING)),
                When(idle, then=Value(Status.STALLED)),
                default=Value(Status.WELL),
                output_field=models.CharField(),
            )
        )

    def forgettable(self) -> "WorkerQuerySet":
        """Rows of processes that died without saying so, long enough ago to have been seen."""
        return self.filter(alive_at__lt=Now() - KEPT_FOR)

    def in_order(self) -> "WorkerQuerySet":
        return self.order_by("role", "host", "pid")


class Worker(models.Model):
    """One running process. It writes its own row and takes it away when it is stopped; who is killed leaves it behind."""

    class Role(models.TextChoices):
        WORKER = "worker", _("worker")
        BEAT = "beat", _("clock")
        LOOP = "loop", _("delivery loop")

    host = models.CharField(_("machine"), max_length=100)
    pid = models.PositiveIntegerField(_("process"))
    role = models.CharField(_("role"), max_length=6, choices=Role)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    alive_at = models.DateTimeField(_("last sign of life"), db_default=Now())
    worked_at = models.DateTimeField(_("last got something done"), db_default=Now())
    did = models.CharField(_("what it did last"), max_length=100, blank=True, default="")
    doing = models.CharField(_("what it is at"), max_length=300, blank=True, default="")
    status: Any  # with_status() says it

    objects = WorkerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "pid", "role"], name="one_row_per_process")]
        verbose_name = _("worker")

    def __str__(self) -> str:
        return f"{self.role} {self.pid} on {self.host}"

    @property
    def status_words(self) -> str:
        return str(Status(self.status).label)
