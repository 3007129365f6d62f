"""How often something was tried lately: one row per limited thing, updated in one statement."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Limit(models.Model):
    """`key` is a keyed hash of what is limited, so the table names neither people nor addresses."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = ArrayField(models.DateTimeField())
    expires_at = models.DateTimeField(db_index=True)

    objects: models.Manager["Limit"] = models.Manager()

    class Meta:
        verbose_name = _("limit")

    def __str__(self) -> str:
        return self.key[:8]
