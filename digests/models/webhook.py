"""Webhooks of readers and of teams: programs that are told what happens (Standard Webhooks 1.0.0)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Scope
from accounts.models.roles import MANAGING_ROLES
from digests.models.endpoint import Endpoint, EndpointQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Team, User


class EventType(models.TextChoices):
    """What programs can be told of; docs/webhooks.md shows the same as a table, and digests/posts/told.py writes each."""

    PAPERS_ADDED = "papers.added", _("papers are new in the catalogue")
    PAPER_VOTED = "paper.voted", _("somebody upvotes a paper")
    COMMENT_WRITTEN = "comment.written", _("somebody comments")
    LIST_CHANGED = "list.changed", _("a list, or what is in it, changes")
    SUGGESTION_MADE = "suggestion.made", _("a paper is suggested for a list")
    ASSIGNMENT_MADE = "assignment.made", _("a paper is given to somebody to read or present")
    MEMBER_JOINED = "member.joined", _("somebody joins a team")
    MEMBER_LEFT = "member.left", _("somebody leaves a team")
    DIGEST_READY = "digest.ready", _("a reader's digest is ready")
    TEAM_DIGEST_READY = "team_digest.ready", _("a team's digest is ready")


# What a program must be allowed to read before it can have another program told of it.
READ_SCOPES = {
    EventType.PAPERS_ADDED: Scope.PAPERS_READ,
    EventType.PAPER_VOTED: Scope.PAPERS_READ,
    EventType.COMMENT_WRITTEN: Scope.COMMENTS_READ,
    EventType.LIST_CHANGED: Scope.LISTS_READ,
    EventType.SUGGESTION_MADE: Scope.LISTS_READ,
    EventType.ASSIGNMENT_MADE: Scope.LISTS_READ,
    EventType.MEMBER_JOINED: Scope.TEAMS_READ,
    EventType.MEMBER_LEFT: Scope.TEAMS_READ,
    EventType.DIGEST_READY: Scope.DIGESTS_READ,
    EventType.TEAM_DIGEST_READY: Scope.LISTS_READ,
}


def scopes_to_tell(types: Iterable[str]) -> set[Scope]:
    """Return what must be readable to be told of these types; of none means of all."""
    return {READ_SCOPES[EventType(kind)] for kind in types or READ_SCOPES}


class WebhookQuerySet(EndpointQuerySet["Webhook"]):
    def open(self) -> "WebhookQuerySet":
        """Those that are switched on, of teams and of people who stay; one that a token set up ends with the token."""
        stays = Q(user__is_active=True, user__deletion_due_at__isnull=True)
        lives = Q(set_up_with__isnull=True) | Q(set_up_with__in=ApiToken.objects.usable())
        return self.filter(Q(team__isnull=False) | stays, lives, is_active=True)

    def orphaned(self) -> "WebhookQuerySet":
        """Those that a token set up which is revoked or expired."""
        return self.filter(is_active=True, set_up_with__isnull=False).exclude(set_up_with__in=ApiToken.objects.usable())

    def wanting(self, kind: str) -> "WebhookQuerySet":
        return self.filter(Q(types=[]) | Q(types__contains=[kind]))

    def managed_by(self, user: "User | AnonymousUser") -> "WebhookQuerySet":
        """A reader's own, and those of the teams that the reader manages."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(user=user) | Q(team__in=user.memberships.filter(role__in=MANAGING_ROLES).values("team")))

    def of_owner(self, owner: "User | Team") -> "WebhookQuerySet":
        """Those of one person, or of one team."""
        return self.filter(**{owner._meta.model_name or "": owner})


class Webhook(Endpoint):
    """It belongs to a person or to a team, and is told what they may see."""

    column, purpose = "webhook", "digests.webhook"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="webhooks")
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, blank=True, related_name="webhooks")
    types = ArrayField(models.CharField(max_length=40, choices=EventType), default=list, blank=True, verbose_name=_("told of"))
    set_up_with = models.ForeignKey(ApiToken, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_webhook_has_one_owner", condition=Q(user__isnull=True) ^ Q(team__isnull=True)),
        ]
        verbose_name = _("webhook")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Where those whose it is see what became of its posts."""
        if self.team:
            return reverse("digests:team_webhook", args=[self.team.slug, self.pk])
        return reverse("digests:webhook", args=[self.pk])

    @property
    def is_posted_to(self) -> bool:
        return True

    @property
    def shown_types(self) -> list[str]:
        """What it is told of, in words; all of it where nothing is chosen."""
        return [str(EventType(kind).label) for kind in self.types]


def is_wanted(kind: str) -> bool:
    """Tell whether any program wants to be told of a kind of announcement."""
    return Webhook.objects.filter(is_active=True).wanting(kind).exists()
