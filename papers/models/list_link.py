"""A secret address of a list: whoever has it reads that one list, without an account."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.models.roles import EDITING_ROLES, MANAGING_ROLES
from papers.models.reading_list import ReadingList


class ListLinkQuerySet(models.QuerySet["ListLink"]):
    def usable(self) -> "ListLinkQuerySet":
        """Links that nobody revoked, whose maker is there and may still say who reads the list."""
        memberships = Membership.objects.filter(user=OuterRef("made_by"), team__namespace=OuterRef("reading_list__owner"))
        runs = Exists(memberships.filter(role__in=MANAGING_ROLES))
        made = Q(reading_list__made_by=F("made_by")) & Exists(memberships.filter(role__in=EDITING_ROLES))
        may = Q(reading_list__owner__user=F("made_by")) | runs | made
        return self.filter(may, revoked_at__isnull=True, made_by__is_active=True, made_by__deletion_due_at__isnull=True)

    def newest(self) -> "ListLinkQuerySet":
        return self.order_by("-pk")


class ListLink(models.Model):
    """Only a keyed hash of the key is stored; a link that is revoked keeps its row, which says so."""

    reading_list = models.ForeignKey(ReadingList, models.CASCADE, related_name="links")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("what it is for"), max_length=80, help_text=_("Such as “Overleaf” or “the seminar's page”."))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ListLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("secret link")

    def __str__(self) -> str:
        return self.label
