"""Addresses that are not written to."""

from collections.abc import Collection

from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, addresses: Collection[str]) -> "SuppressionQuerySet":
        """Those of some addresses, in whatever case they are written."""
        return self.annotate(lower=Lower("address")).filter(lower__in={address.lower() for address in addresses})

    def of_column(self, column: str) -> "SuppressionQuerySet":
        """That of the address in a column of an outer query."""
        return self.annotate(lower=Lower("address")).filter(lower=Lower(OuterRef(column)))


class Suppression(models.Model):
    """An address that is not written to again: it bounced, or its reader said stop."""

    address = models.EmailField(_("address"))
    reason = models.CharField(_("reason"), max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="one_suppression_per_address")]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address
