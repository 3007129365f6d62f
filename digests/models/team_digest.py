"""A team's digest, one for all of its people, and what each of them wants of it."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from digests.models.calendar import Calendar
from digests.models.digest import Digest, PeriodsQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

State = Digest.State


class TeamSubscriptionQuerySet(models.QuerySet["TeamSubscription"]):
    def active(self) -> "TeamSubscriptionQuerySet":
        return self.filter(is_active=True)

    def due(self) -> "TeamSubscriptionQuerySet":
        """Teams whose hour has come, by the database's clock."""
        return self.active().filter(next_due_at__lte=Now()).order_by("next_due_at", "pk")


class TeamSubscription(Calendar):
    """When a team's digest comes. A team has none until its owners or maintainers want one."""

    team = models.OneToOneField("accounts.Team", models.CASCADE, related_name="digest_subscription")
    is_active = models.BooleanField(_("a digest for the team"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamSubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("next_due_at", "id", condition=models.Q(is_active=True), name="due_team_subscriptions")]
        verbose_name = _("subscription of a team")
        verbose_name_plural = _("subscriptions of teams")

    def __str__(self) -> str:
        return f"digest of team {self.team_id}"


class TeamDigestQuerySet(PeriodsQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A team's digest is for the people in it, in whatever role."""
        return self.filter(subscription__team__in=Team.objects.of_member(user).values("pk"))

    def of_team(self, team: Team) -> Self:
        return self.filter(subscription__team=team).select_related("subscription__team__namespace")


class TeamDigest(models.Model):
    """A team's day, week or month: planned, then frozen, then read.

    `content` holds keys only, of papers, people, lists and items, in three parts: "saved", "discussed" and "likely".
    What they are called, and whether a reader may see them, is asked each time.
    """

    subscription = models.ForeignKey(TeamSubscription, models.CASCADE, related_name="digests")
    period_key = models.CharField(_("period"), max_length=10)
    day = models.DateField(_("day"))  # as a Digest's
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(_("why it was not sent"), max_length=300, blank=True)
    content = models.JSONField(default=dict, editable=False)
    planned_at = models.DateTimeField(db_default=Now())
    composed_at = models.DateTimeField(null=True, blank=True)  # also of one that was skipped: until then its team was looked at

    objects = TeamDigestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "period_key"], name="one_team_digest_per_period")]
        indexes = [
            models.Index("id", condition=models.Q(state="planned"), name="planned_team_digests"),
            models.Index("planned_at", "state", name="team_digests_of_late"),
        ]
        verbose_name = _("digest of a team")
        verbose_name_plural = _("digests of teams")

    def __str__(self) -> str:
        return self.period_key

    def get_absolute_url(self) -> str:
        return reverse("digests:team_digest", args=[self.subscription.team.slug, self.period_key])

    @property
    def reason_for_reader(self) -> str:
        """Why there is nothing to read; a fault of ours is for the administrator to read in full."""
        return gettext("something went wrong while it was made; it is tried again next time") if self.state == State.FAILED else self.reason

    @property
    def paper_count(self) -> int:
        return len({one["paper"] for part in self.content.values() for one in part})


class TeamDigestWish(models.Model):
    """What somebody wants of a team's digest; no row means the mail as it is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    team = models.ForeignKey("accounts.Team", models.CASCADE, related_name="+")
    wants = models.BooleanField(_("mail me the team's digest"), default=True)
    without_own = models.BooleanField(_("leave out what my own digests had"), default=False)

    objects: models.Manager["TeamDigestWish"] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="one_wish_per_person_and_team")]
        verbose_name = _("wish for a team's digest")
        verbose_name_plural = _("wishes for teams' digests")

    def __str__(self) -> str:
        return f"wish of {self.user_id} for the digest of team {self.team_id}"
