"""The one table of names: every person's handle and every team's slug, each unique among both."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.models.roles import EDITING_ROLES, MANAGING_ROLES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.user import User


def validate_name(name: str) -> None:
    if problem := names.problem_with(name):
        raise ValidationError(problem)


class NamespaceQuerySet(models.QuerySet["Namespace"]):
    def called(self, name: str) -> "NamespaceQuerySet":
        """The one holder of a name, be it the present one or a former one."""
        former = Namespace.objects.filter(name=name, moved_to__isnull=False).values("moved_to")
        return self.filter(Q(name=name, moved_to__isnull=True) | Q(pk__in=former))

    def of_member(self, user: "User | AnonymousUser") -> "NamespaceQuerySet":
        """The user's own name and the names of all teams the user belongs to; with a team's key, that team's only."""
        if not user.is_authenticated:
            return self.none()
        return self._within_key(user, Q(team__memberships__user=user))

    def writable_by(self, user: "User | AnonymousUser") -> "NamespaceQuerySet":
        """Names under which the user may make and change lists."""
        if not user.is_authenticated:
            return self.none()
        return self._within_key(user, Q(team__memberships__user=user, team__memberships__role__in=EDITING_ROLES))

    def managed_by(self, user: "User | AnonymousUser") -> "NamespaceQuerySet":
        """Names for which the user may decide who reads, and may delete what others made."""
        if not user.is_authenticated:
            return self.none()
        return self._within_key(user, Q(team__memberships__user=user, team__memberships__role__in=MANAGING_ROLES))

    def _within_key(self, user: "User", in_team: Q) -> "NamespaceQuerySet":
        if user.only_team_id:
            return self.filter(in_team, team=user.only_team_id).distinct()
        return self.filter(Q(user=user) | in_team).distinct()


class Namespace(models.Model):
    """A name in addresses. It belongs to one person or one team, or it is a former name that leads to the present one."""

    name = models.CharField(max_length=names.LONGEST, unique=True, validators=[validate_name])
    user = models.OneToOneField("accounts.User", models.CASCADE, null=True, blank=True)
    team = models.OneToOneField("accounts.Team", models.CASCADE, null=True, blank=True)
    moved_to = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="former_names")

    objects = NamespaceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="namespace_has_one_holder",
                condition=Q(user__isnull=False, team__isnull=True, moved_to__isnull=True)
                | Q(user__isnull=True, team__isnull=False, moved_to__isnull=True)
                | Q(user__isnull=True, team__isnull=True, moved_to__isnull=False),
            ),
            models.CheckConstraint(name="namespace_is_well_spelt", condition=Q(name__regex=f"^{names.SPELLING.pattern}$")),
        ]
        verbose_name = _("name")

    def __str__(self) -> str:
        return self.name

    @property
    def is_team(self) -> bool:
        return self.team_id is not None

    @property
    def display_name(self) -> str:
        """The holder's full name; load it with select_related("user", "team")."""
        holder = self.team.title if self.team else self.user.full_name if self.user else ""
        return holder or self.name
