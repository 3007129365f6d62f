"""A team: people with roles, who share lists."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.namespace import Namespace
from accounts.models.roles import Role, at_least

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.user import User


class TeamQuerySet(models.QuerySet["Team"]):
    def called(self, slug: str) -> "TeamQuerySet":
        """The team of a name, be it the present one or a former one."""
        return self.filter(namespace__in=Namespace.objects.called(slug).values("pk"))

    def of_member(self, user: "User | AnonymousUser") -> "TeamQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self._within_key(user).filter(memberships__user=user)

    def visible_to(self, user: "User | AnonymousUser") -> "TeamQuerySet":
        """The reader's own teams, and those that want a page for everybody."""
        if not user.is_authenticated:
            return self.filter(is_public=True)
        own = self._within_key(user).filter(memberships__user=user).values("pk")
        return self.filter(Q(is_public=True) | Q(pk__in=own))

    def managed_by(self, user: "User | AnonymousUser", role: str = Role.MAINTAINER) -> "TeamQuerySet":
        """Teams in which the user has this role or a higher one."""
        if not user.is_authenticated:
            return self.none()
        managed = Membership.objects.filter(user=user, role__in=at_least(role)).values("team")
        return self._within_key(user).filter(pk__in=managed)

    def _within_key(self, user: "User") -> "TeamQuerySet":
        return self.filter(pk=user.only_team_id) if user.only_team_id else self.all()

    def with_role_of(self, user: "User | AnonymousUser") -> "TeamQuerySet":
        """Annotate `role_of_reader`, None for outsiders, and for a team's key everywhere but in its team."""
        theirs = Membership.objects.none()
        if user.is_authenticated:
            theirs = Membership.objects.filter(team=OuterRef("pk"), user=user)
            theirs = theirs.filter(team=user.only_team_id) if user.only_team_id else theirs
        return self.select_related("namespace").annotate(role_of_reader=Subquery(theirs.values("role")))


class Team(models.Model):
    title = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=500, blank=True)
    is_public = models.BooleanField(_("show a team page to everybody"), default=False)
    takes_requests = models.BooleanField(_("people with an account may ask to join"), default=False)
    domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("e-mail domains whose people join by themselves"),
        default=list,
        blank=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members: models.ManyToManyField = models.ManyToManyField("accounts.User", through="Membership", related_name="teams")

    role_of_reader: str | None = None  # set by with_role_of()

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("team")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("accounts:team", args=[self.slug])

    @property
    def slug(self) -> str:
        return self.namespace.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: "User | AnonymousUser") -> "MembershipQuerySet":
        """Who is in a team is for the people in it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(team__in=Team.objects.of_member(user).values("pk"))

    def by_rank(self) -> "MembershipQuerySet":
        """Owners first, then by the time of joining."""
        ranks = [models.When(role=role, then=place) for place, role in enumerate(Role.values)]
        return self.order_by(models.Case(*ranks, default=len(ranks)), "joined_at", "pk")


class Membership(models.Model):
    """A person in a team. `group` names the institute's group that gave it, and takes it away again."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    group = models.ForeignKey("accounts.InstituteGroup", models.CASCADE, null=True, blank=True, related_name="memberships")
    confirmed_at = models.DateTimeField(_("last confirmed by the institute"), null=True, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_person")]
        verbose_name = _("membership")

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id} as {self.role}"


class InstituteGroup(models.Model):
    """A group of an institute's log-in service, and the team and role that it gives."""

    provider = models.CharField(_("log-in service"), max_length=60, help_text=_("The id of the service, such as “institute”."))
    name = models.CharField(_("group"), max_length=200, help_text=_("As the service spells it."))
    team = models.ForeignKey(Team, models.CASCADE, related_name="institute_groups")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)

    objects: models.Manager["InstituteGroup"] = models.Manager()

    class Meta:
        ordering = ["provider", "name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name", "team"], name="one_role_per_group_and_team"),
            models.CheckConstraint(name="a_group_owns_no_team", condition=~Q(role=Role.OWNER)),
        ]
        verbose_name = _("institute's group")
        verbose_name_plural = _("institute's groups")

    def __str__(self) -> str:
        return f"{self.provider}: {self.name}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def open(self) -> "JoinRequestQuerySet":
        return self.filter(state=JoinRequest.State.OPEN)


class JoinRequest(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    team = models.ForeignKey(Team, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="join_requests")
    words = models.CharField(_("a few words"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], condition=Q(state="open"), name="one_open_request_per_person")]
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")

    def __str__(self) -> str:
        return f"{self.user_id} asks {self.team_id}: {self.state}"


def owners_of(team: Team) -> QuerySet[Membership]:
    return team.memberships.filter(role=Role.OWNER)
