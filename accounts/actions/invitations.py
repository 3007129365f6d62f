"""Invitations: made by those who may, accepted once or as often as allowed, withdrawn at any time."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import BadHeaderError, EmailMessage
from django.db import transaction
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused, let_in, lock_team, require_role
from accounts.models import Invitation, Membership, Role, Team, User
from accounts.models.roles import grantable_by
from accounts.signing import invitation_digest, new_secret

LIFETIME = timedelta(days=7)
MOST_USES = 500


class InvitationRefused(Refused):
    """It is used up, expired, withdrawn, or somebody else's."""


@transaction.atomic
def invite_person(*, team: Team, actor: User, person: User, role: str = Role.MEMBER) -> Invitation:
    """Invite somebody who has an account; it waits in their inbox. Asked twice, the first invitation stands."""
    team = _may_invite(team, actor, role)
    if Membership.objects.filter(team=team, user=person).exists():
        raise InvitationRefused(_("%(person)s is in the team already.") % {"person": person.display_name})
    if waiting := Invitation.objects.usable().filter(team=team, invitee=person).first():
        return waiting
    invitation = Invitation.objects.create(team=team, role=role, invitee=person, made_by=actor, expires_at=timezone.now() + LIFETIME)
    path = reverse("accounts:teams")
    record_event(kind="invitation.person", actor=actor, person=person, team=team, tell=[person], path=path, role=role)
    return invitation


@transaction.atomic
def invite_address(*, team: Team | None, actor: User, address: str, role: str = Role.MEMBER) -> tuple[Invitation, str]:
    """Make an invitation that only the owner of an address can accept; return it with its secret, for mail_invitation()."""
    invitation, secret = _make_secret_one(team, actor, role, address=address.strip().lower(), uses=1, lifetime=LIFETIME)
    if team:
        record_event(kind="invitation.address", actor=actor, team=team, role=role)
    return invitation, secret


@transaction.atomic
def make_link(
    *, team: Team | None, actor: User, role: str = Role.MEMBER, uses: int = 1, lifetime: timedelta = LIFETIME
) -> tuple[Invitation, str]:
    """Make an invitation for whoever holds its secret, as often as `uses` says; return both."""
    invitation, secret = _make_secret_one(team, actor, role, address="", uses=min(uses, MOST_USES), lifetime=lifetime)
    if team:
        record_event(kind="invitation.link", actor=actor, team=team, role=role, uses=uses)
    return invitation, secret


def invitation_mail(invitation: Invitation, secret: str) -> EmailMessage:
    context = {
        "invitation": invitation,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "url": settings.SITE_URL + reverse("accounts:join", args=[secret]),
    }
    subject = " ".join(render_to_string("email/invitation.subject.txt", context).split())
    return EmailMessage(subject, render_to_string("email/invitation.txt", context), to=[invitation.address])


def mail_invitation(*, invitation: Invitation, secret: str, actor: User) -> None:
    """Send an invitation to its address now: a mail with a secret must never wait in a table.

    Raises:
        InvitationRefused: the mail could not be sent; it took the invitation with it.
    """
    mail = invitation_mail(invitation, secret)
    try:
        mail.send()
    except (OSError, BadHeaderError) as problem:
        revoke_invitation(invitation=invitation, actor=actor)
        words = _("The mail to %(address)s could not be sent, so the invitation is withdrawn.")
        raise InvitationRefused(words % {"address": invitation.address}) from problem


def usable_invitation(*, secret: str) -> Invitation | None:
    """Return the invitation behind a secret as long as it can be accepted."""
    return Invitation.objects.usable().with_names().filter(digest=invitation_digest(secret)).first()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Team | None:
    """Take up an invitation: the person is in the team, one use is gone. Somebody already in the team uses nothing up.

    Raises:
        InvitationRefused: it is not usable any more, or meant for somebody else.
    """
    team = lock_team(invitation.team) if invitation.team else None
    invitation = _open_one(invitation, user)
    if team and Membership.objects.filter(team=team, user=user, group__isnull=True).exists():
        return team
    if not Invitation.objects.filter(pk=invitation.pk, used__lt=F("uses")).update(used=F("used") + 1):
        raise InvitationRefused(_unusable())
    if team:
        let_in(team=team, user=user, role=invitation.role)
    return team


@transaction.atomic
def decline_invitation(*, invitation: Invitation, user: User) -> None:
    """Say no to an invitation made for oneself."""
    invitation = get_object_or_404(Invitation.objects.select_for_update(of=("self",)).usable(), pk=invitation.pk, invitee=user)
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=timezone.now())
    record_event(kind="invitation.declined", person=user, team=invitation.team)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User) -> None:
    """Withdraw an invitation: maintainers those into their team, staff those onto the instance."""
    if invitation.team:
        require_role(lock_team(invitation.team), actor, Role.MAINTAINER)
    elif not actor.is_staff:
        raise PermissionDenied
    if Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()) and invitation.team:
        record_event(kind="invitation.revoked", actor=actor, team=invitation.team)


def _may_invite(team: Team, actor: User, role: str) -> Team:
    team = lock_team(team)
    if role not in grantable_by(require_role(team, actor, Role.MAINTAINER)) or role == Role.OWNER:
        raise PermissionDenied
    return team


def _make_secret_one(team: Team | None, actor: User, role: str, *, address: str, uses: int, lifetime: timedelta) -> tuple[Invitation, str]:
    if team:
        team = _may_invite(team, actor, role)
    elif not actor.is_staff:
        raise PermissionDenied
    secret = new_secret()
    invitation = Invitation.objects.create(
        team=team,
        role=role,
        address=address,
        digest=invitation_digest(secret),
        uses=uses,
        made_by=actor,
        expires_at=timezone.now() + lifetime,
    )
    return invitation, secret


def _open_one(invitation: Invitation, user: User) -> Invitation:
    """The invitation as it is under the lock, if it is this person's to accept."""
    found = Invitation.objects.select_for_update(of=("self",)).usable().filter(pk=invitation.pk).first()
    if found is None:
        raise InvitationRefused(_unusable())
    if found.invitee_id and found.invitee_id != user.pk:
        raise InvitationRefused(_("This invitation is for somebody else."))
    if found.address and not EmailAddress.objects.filter(user=user, email__iexact=found.address, verified=True).exists():
        raise InvitationRefused(
            _("This invitation is for %(address)s. Add that address to your account first.") % {"address": found.address}
        )
    return found


def _unusable() -> str:
    return _("This invitation is used up, expired or withdrawn. Ask for a new one.")
