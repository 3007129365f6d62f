"""A key for a program that acts as a person; only its keyed hash is stored."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.roles import MANAGING_ROLES
from accounts.models.team import Membership

if TYPE_CHECKING:
    from accounts.models.user import User


class Scope(models.TextChoices):
    PAPERS_READ = "papers:read", _("read papers")
    PAPERS_WRITE = "papers:write", _("bring in papers")
    VOTES_WRITE = "votes:write", _("upvote papers")
    READING_READ = "reading:read", _("see what I read and want to read")
    READING_WRITE = "reading:write", _("say what I read and want to read")
    LISTS_READ = "lists:read", _("read my lists and my teams'")
    LISTS_WRITE = "lists:write", _("change my lists and my teams'")
    COMMENTS_READ = "comments:read", _("read comments, also in my teams")
    COMMENTS_WRITE = "comments:write", _("comment in my name")
    DIGESTS_READ = "digests:read", _("read my digests")
    DIGESTS_WRITE = "digests:write", _("change my digest's settings and send it")
    TEAMS_READ = "teams:read", _("see my teams, their people and what they do")
    TEAMS_WRITE = "teams:write", _("change my teams and who is in them")
    NOTICES_READ = "notices:read", _("read my inbox")
    NOTICES_WRITE = "notices:write", _("mark notices as read")
    WEBHOOKS_READ = "webhooks:read", _("see my webhooks and my teams'")
    WEBHOOKS_WRITE = "webhooks:write", _("change webhooks, which are told what I may see")


# A team's key is for the team's lists; whatever belongs to one person stays out of it.
TEAM_SCOPES = (Scope.PAPERS_READ, Scope.LISTS_READ, Scope.LISTS_WRITE, Scope.TEAMS_READ)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: "User") -> "ApiTokenQuerySet":
        """One's own tokens, and the keys of teams that one manages."""
        managed = Membership.objects.filter(user=user, role__in=MANAGING_ROLES).values("team")
        return self.filter(Q(user=user) | Q(team__in=managed)).select_related("user__namespace", "team__namespace")

    def usable(self) -> "ApiTokenQuerySet":
        """Tokens that are neither revoked nor expired, of people who may still log in and, for a team's, still manage it."""
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        manages = Membership.objects.filter(team=OuterRef("team"), user=OuterRef("user"), role__in=MANAGING_ROLES)
        stays = Q(user__is_active=True, user__deletion_due_at__isnull=True)
        return self.filter(alive, stays, Q(team__isnull=True) | Exists(manages), revoked_at__isnull=True)


class ApiToken(models.Model):
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="api_tokens")
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, blank=True, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80, help_text=_("Where you use it, such as “notebook on my laptop”."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(max_length=4, editable=False)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_address = models.GenericIPAddressField(null=True, blank=True, editable=False)
    last_program = models.CharField(max_length=200, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
