"""Coming into a team without an invitation: by asking, or by the domain of one's address."""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused, let_in, lock_team, require_role
from accounts.models import Event, JoinRequest, Membership, Role, Team, User
from accounts.models.roles import MANAGING_ROLES, grantable_by
from accounts.models.team import TeamQuerySet

State = JoinRequest.State


class RequestRefused(Refused):
    """The team takes no requests, or this one is answered already."""


@transaction.atomic
def ask_to_join(*, team: Team, user: User, words: str = "") -> JoinRequest:
    """Ask a team's owners and maintainers to be let in; asked twice, the first request stands."""
    team = lock_team(team)
    if not team.takes_requests or Membership.objects.filter(team=team, user=user).exists():
        raise RequestRefused(_("This team takes no requests, or you are in it already."))
    try:
        with transaction.atomic():
            request = JoinRequest.objects.create(team=team, user=user, words=words)
    except IntegrityError:
        return JoinRequest.objects.open().get(team=team, user=user)
    managers = User.objects.filter(memberships__team=team, memberships__role__in=MANAGING_ROLES)
    record_event(kind="request.made", person=user, team=team, tell=managers, path=team.get_absolute_url())
    return request


@transaction.atomic
def accept_request(*, request: JoinRequest, actor: User, role: str = Role.MEMBER) -> Membership:
    """Let in somebody who asked."""
    team = lock_team(request.team)
    if role not in grantable_by(require_role(team, actor, Role.MAINTAINER)):
        raise PermissionDenied
    _decide(request, State.ACCEPTED, actor)
    return let_in(team=team, user=request.user, role=role, kind="member.let_in", actor=actor)


@transaction.atomic
def decline_request(*, request: JoinRequest, actor: User) -> None:
    """Say no; the person is told that it was answered, not by whom."""
    team = lock_team(request.team)
    require_role(team, actor, Role.MAINTAINER)
    _decide(request, State.DECLINED, actor)
    record_event(kind="request.declined", actor=actor, person=request.user, team=team, tell=[request.user])


def withdraw_request(*, team: Team, user: User) -> None:
    """Take back one's own open request; none is no mistake."""
    JoinRequest.objects.open().filter(team=team, user=user).update(state=State.WITHDRAWN, decided_at=timezone.now())


@transaction.atomic
def join_by_domain(*, team: Team, user: User) -> Membership:
    """Join a team that is open to one's institute, as a member.

    Raises:
        PermissionDenied: no verified address of the person is of the team's domains, or the team took the person out before.
    """
    team = lock_team(team)
    if not free_to_join(user).filter(pk=team.pk).exists():
        raise PermissionDenied
    return let_in(team=team, user=user, role=Role.MEMBER)


def join_all_by_domain(*, user: User) -> None:
    """Join every team open to one's institute; called when an address has just been verified."""
    for team in free_to_join(user).order_by("pk"):
        join_by_domain(team=team, user=user)


def free_to_join(user: User) -> TeamQuerySet:
    """Return the teams that a person may join by the domain of a verified address, without asking."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    domains = {address.rpartition("@")[2].lower() for address in addresses}
    taken_out = Event.objects.filter(kind="member.removed", person=user, team__isnull=False).values("team")
    return Team.objects.filter(domains__overlap=list(domains)).exclude(memberships__user=user).exclude(pk__in=taken_out)


def _decide(request: JoinRequest, state: JoinRequest.State, actor: User) -> None:
    get_object_or_404(User.objects.filter(is_active=True), pk=request.user_id)
    changed = JoinRequest.objects.open().filter(pk=request.pk).update(state=state, decided_at=timezone.now(), decided_by=actor)
    if not changed:
        raise RequestRefused(_("This request is answered already."))
