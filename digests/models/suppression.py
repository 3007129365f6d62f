"""Addresses that are not written to."""

from collections.abc import Collection

from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests.reports import status_in


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, addresses: Collection[str]) -> "SuppressionQuerySet":
        """Those of some addresses, in whatever case they are written."""
        return self.annotate(lower=Lower("address")).filter(lower__in={address.lower() for address in addresses})

    def of_column(self, column: str) -> "SuppressionQuerySet":
        """That of the address in a column of an outer query."""
        return self.annotate(lower=Lower("address")).filter(lower=Lower(OuterRef(column)))


class Suppression(models.Model):
    """An address that is not written to again: its mails come back, its reader complained, or staff said stop."""

    class Kind(models.TextChoices):
        BOUNCED = "bounced", _("mails came back")
        COMPLAINED = "complained", _("reported as spam")
        REFUSED = "refused", _("refused by the relay")
        BY_HAND = "by_hand", _("by hand")

    address = models.EmailField(_("address"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BY_HAND)
    reason = models.CharField(_("reason"), max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="one_suppression_per_address")]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address

    @property
    def why(self) -> str:
        """Why in the reader's words; what the relay said, in its own words, is in `reason`."""
        match self.kind, status_in(self.reason)[2:]:
            case self.Kind.COMPLAINED, _rest:
                return gettext("a mail of ours was reported as spam")
            case self.Kind.BY_HAND, _rest:
                return gettext("an administrator of this site stopped them")
            case _kind, "2.2":
                return gettext("the mailbox is full")
            case _kind, "1.2" | "4.4":
                return gettext("nothing takes mail at its domain")
            case _kind, "1.1" | "1.10" | "1.6":
                return gettext("the mailbox does not exist")
        return gettext("mails to it came back")

    @property
    def is_for_reader_to_lift(self) -> bool:
        return self.kind != self.Kind.BY_HAND
