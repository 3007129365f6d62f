"""An invitation into a team or, with no team, onto an instance that takes only invited people."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.roles import Role, grantable_by
from accounts.models.team import Membership


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self) -> "InvitationQuerySet":
        """Invitations that can still be accepted, by the database's clock, and whose maker still may invite so."""
        makers = Membership.objects.filter(team=OuterRef("team"), user=OuterRef("made_by"))
        as_maintainer = Q(Exists(makers.filter(role=Role.MAINTAINER))) & Q(role__in=grantable_by(Role.MAINTAINER))
        by_team = Q(Exists(makers.filter(role=Role.OWNER))) | as_maintainer
        by_staff = Q(team__isnull=True, made_by__is_staff=True)
        lasting = self.filter(revoked_at__isnull=True, expires_at__gt=Now(), used__lt=F("uses"), made_by__is_active=True)
        return lasting.filter(by_team | by_staff)

    def with_names(self) -> "InvitationQuerySet":
        return self.select_related("team__namespace", "made_by__namespace", "invitee__namespace")


class Invitation(models.Model):
    """Exactly one of: for a person with an account (no secret), for an address, or a link for whoever has it.

    Only the keyed hash of the secret is stored, so a database dump invites nobody.
    """

    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, blank=True, related_name="invitations")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    invitee = models.ForeignKey("accounts.User", models.CASCADE, null=True, blank=True, related_name="invitations")
    address = models.EmailField(_("e-mail address"), blank=True)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - unique, so none is not ""
    uses = models.PositiveSmallIntegerField(_("how many may use it"), default=1)
    used = models.PositiveSmallIntegerField(_("used"), default=0)
    made_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="an_invitation_is_not_overused", condition=Q(used__lte=F("uses"))),
            models.CheckConstraint(name="secret_unless_for_a_person", condition=Q(invitee__isnull=True) ^ Q(digest__isnull=True)),
            models.CheckConstraint(name="nobody_is_invited_as_owner", condition=~Q(role=Role.OWNER)),
        ]
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return f"{self.role} of {self.team_id}"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now() and self.used < self.uses

    @property
    def is_link(self) -> bool:
        return self.digest is not None and not self.address
