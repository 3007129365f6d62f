"""A team: people with roles, who share lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    MAINTAINER = "maintainer", _("maintainer")
    MEMBER = "member", _("member")
    READER = "reader", _("reader")


EDITING_ROLES = (Role.OWNER, Role.MAINTAINER, Role.MEMBER)


class Team(models.Model):
    title = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    members: models.ManyToManyField = models.ManyToManyField("accounts.User", through="Membership", related_name="teams")

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("team")

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        return self.namespace.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_person")]
        verbose_name = _("membership")

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id} as {self.role}"
