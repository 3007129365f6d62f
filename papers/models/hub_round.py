"""How far a WebSub hub has been told."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class HubRound(models.Model):
    """One row: until which moment the hub knows which feeds have changed."""

    told_until = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("round of a WebSub hub")

    def __str__(self) -> str:
        return f"told until {self.told_until}"
