"""Who else may read a list, or add to it, or change it: people and teams, by name."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace, Team
from accounts.models.namespace import NamespaceQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class May(models.TextChoices):
    """From the least to the most; who may add may also change and take out what they added."""

    READ = "read", _("read it")
    ADD = "add", _("read it and add papers")
    EDIT = "edit", _("change everything in it")


def reachable_by(user: "User | AnonymousUser") -> NamespaceQuerySet:
    """People, and teams that the reader can see: with whom a list can be shared."""
    people = Q(user__is_active=True, user__deletion_due_at__isnull=True)
    return Namespace.objects.filter(people | Q(team__in=Team.objects.visible_to(user).values("pk"))).select_related("user", "team")


class ListShareQuerySet(models.QuerySet["ListShare"]):
    def reaching(self, user: "User | AnonymousUser") -> "ListShareQuerySet":
        """Shares with the reader or a team of the reader's."""
        return self.filter(to__in=Namespace.objects.of_member(user).values("pk"))

    def letting(self, user: "User | AnonymousUser", *may: str) -> "ListShareQuerySet":
        """Shares that let the reader write; a guest of a team, who changes nothing there, changes nothing through it."""
        return self.filter(to__in=Namespace.objects.writable_by(user).values("pk"), may__in=may)

    def with_names(self) -> "ListShareQuerySet":
        return self.select_related("to__user__namespace", "to__team", "reading_list").order_by("made_at", "pk")


class ListShare(models.Model):
    reading_list = models.ForeignKey("papers.ReadingList", models.CASCADE, related_name="shares")
    to = models.ForeignKey(Namespace, models.CASCADE, related_name="+", verbose_name=_("person or team"))
    may = models.CharField(_("may"), max_length=4, choices=May, default=May.READ)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ListShareQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading_list", "to"], name="one_share_per_name")]
        indexes = [models.Index(fields=["to", "reading_list"], name="shares_with_a_name")]
        verbose_name = _("share")

    def __str__(self) -> str:
        return f"{self.reading_list_id} to {self.to_id}: {self.may}"
