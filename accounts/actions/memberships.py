"""Who is in a team, and as what. Every change locks the team first and asks about the actor's right under that lock."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.models import Membership, Role, Team, User
from accounts.models.roles import at_least, grantable_by, outranks
from accounts.models.team import owners_of


class Refused(Exception):
    """A wish that nobody could be granted now; its text says why and what to do."""


class LastOwner(Refused):
    def __init__(self) -> None:
        super().__init__(_("A team needs an owner. Make somebody else owner first, or delete the team."))


def lock_team(team: Team) -> Team:
    """Keep others from changing who is in a team until the transaction ends; a deleted team is 404."""
    return get_object_or_404(Team.objects.select_for_update(of=("self",)).select_related("namespace"), pk=team.pk)


def require_role(team: Team, actor: User, role: str) -> str:
    """Return the actor's role in a team; raise PermissionDenied below the given one. Call it under lock_team."""
    has = Membership.objects.filter(team=team, user=actor).values_list("role", flat=True).first()
    if has not in at_least(role):
        raise PermissionDenied
    return str(has)


@transaction.atomic
def add_member(*, team: Team, user: User, role: str = Role.MEMBER) -> Membership:
    """Put a person into a team, or change the role of somebody already in it, on nobody's behalf."""
    lock_team(team)
    membership, _new = Membership.objects.update_or_create(team=team, user=user, defaults={"role": role, "group": None})
    return membership


def let_in(*, team: Team, user: User, role: str, kind: str = "member.joined", actor: User | None = None) -> Membership:
    """Make a person a member who was invited or let in; somebody already in it keeps the higher role. Call it under lock_team."""
    membership = Membership.objects.select_related("user").filter(team=team, user=user).first()
    if membership is None:
        membership = Membership.objects.create(team=team, user=user, role=role)
    elif membership.group_id or outranks(role, membership.role):
        membership.role = role if outranks(role, membership.role) else membership.role
        membership.group, membership.confirmed_at = None, None  # now the team's own wish, and no longer the institute's
        membership.save(update_fields=["role", "group", "confirmed_at"])
    else:
        return membership
    tell = [user] if actor else []
    record_event(kind=kind, actor=actor, person=user, team=team, tell=tell, path=team.get_absolute_url(), role=role)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, actor: User, role: str) -> Membership:
    """Give somebody another role.

    Raises:
        PermissionDenied: the actor may neither take the present role nor give the new one.
        LastOwner: the team would be left without an owner.
    """
    team = lock_team(membership.team)
    member = _fresh(membership)
    allowed = grantable_by(require_role(team, actor, Role.MAINTAINER))
    if not {member.role, role} <= set(allowed):
        raise PermissionDenied
    if member.role != role:
        _keep_an_owner(team, member, role)
        old, member.role, member.group = member.role, role, None
        member.save(update_fields=["role", "group"])
        facts = {"role": role, "old": old}
        record_event(
            kind="member.role", actor=actor, person=member.user, team=team, tell=[member.user], path=team.get_absolute_url(), **facts
        )
    return member


@transaction.atomic
def remove_member(*, membership: Membership, actor: User) -> None:
    """Take somebody out of a team; for oneself see leave_team."""
    team = lock_team(membership.team)
    member = _fresh(membership)
    if member.role not in grantable_by(require_role(team, actor, Role.MAINTAINER)):
        raise PermissionDenied
    end_membership(membership=member, kind="member.removed", actor=actor)


@transaction.atomic
def leave_team(*, team: Team, user: User) -> None:
    """Leave. A deletion of what one made there is not part of it: what is the team's stays the team's."""
    lock_team(team)
    end_membership(membership=get_object_or_404(Membership.objects.select_related("user"), team=team, user=user), kind="member.left")


@transaction.atomic
def hand_over(*, team: Team, actor: User, to: User) -> None:
    """Make another member owner, and oneself maintainer."""
    lock_team(team)
    require_role(team, actor, Role.OWNER)
    heir = get_object_or_404(Membership.objects.select_related("user"), team=team, user=to)
    change_role(membership=heir, actor=actor, role=Role.OWNER)
    if to.pk != actor.pk:
        change_role(membership=Membership.objects.get(team=team, user=actor), actor=actor, role=Role.MAINTAINER)


@transaction.atomic
def end_membership(*, membership: Membership, kind: str, actor: User | None = None, **facts: Any) -> None:
    """Take a person out of a team for whatever reason; rights, keys and invitations follow from the row that goes.

    Raises:
        LastOwner: nobody else owns the team.
    """
    team = lock_team(membership.team)
    member = _fresh(membership)
    _keep_an_owner(team, member, None)
    member.delete()
    tell = [member.user] if kind != "member.left" else []
    record_event(kind=kind, actor=actor, person=member.user, team=team, tell=tell, **facts)


def _fresh(membership: Membership) -> Membership:
    """The row as it is under the lock; somebody who is out already is 404."""
    return get_object_or_404(Membership.objects.select_related("user", "team__namespace"), pk=membership.pk)


def _keep_an_owner(team: Team, member: Membership, role: str | None) -> None:
    if member.role == Role.OWNER and role != Role.OWNER and not owners_of(team).exclude(pk=member.pk).exists():
        raise LastOwner
