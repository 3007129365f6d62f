"""Leaving the relay alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RelayRest(models.Model):
    """One row while the relay is left alone: it was away, busy, or said to come back later."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    until = models.DateTimeField()
    failures = models.PositiveIntegerField(default=1)  # in a row
    reason = models.CharField(max_length=500)

    objects: models.Manager["RelayRest"] = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_relay", condition=Q(id=1))]
        verbose_name = _("rest of the relay")
        verbose_name_plural = _("rests of the relay")

    def __str__(self) -> str:
        return f"until {self.until}: {self.reason}"
