"""Sixteen at once: no team without an owner, no fault, no invitation used too often, no right that outlives its loss."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.actions.invitations import accept_invitation, make_link, revoke_invitation
from accounts.actions.joining import accept_request, ask_to_join
from accounts.actions.memberships import LastOwner, Refused, add_member, change_role, hand_over, leave_team, remove_member
from accounts.actions.naming import NameRefused
from accounts.actions.teams import create_team, delete_team, rename_team
from accounts.actions.tokens import find_token, make_token
from accounts.models import Event, Invitation, JoinRequest, Membership, Namespace, Role, Team, User
from accounts.models.token import TEAM_SCOPES
from tests.factories import make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 16
REFUSALS = (Refused, PermissionDenied, Http404)


def faults(results: list[Any]) -> list[Exception]:
    return [each for each in results if isinstance(each, Exception) and not isinstance(each, REFUSALS)]


@pytest.fixture
def owners() -> list[User]:
    return [make_user() for _ in range(MANY)]


@pytest.fixture
def team(owners: list[User]) -> Team:
    team = create_team(owner=owners[0], slug="graph-lab", title="Graph Lab")
    for owner in owners[1:]:
        add_member(team=team, user=owner, role=Role.OWNER)
    return team


def test_of_sixteen_owners_who_leave_at_once_one_must_stay(team: Team, owners: list[User]) -> None:
    results = at_once(partial(leave_team, team=team, user=owner) for owner in owners)
    assert [type(each) for each in results if each] == [LastOwner]
    assert team.memberships.get().role == Role.OWNER


def test_of_sixteen_owners_who_step_down_at_once_one_must_stay(team: Team, owners: list[User]) -> None:
    memberships = list(team.memberships.select_related("user"))
    results = at_once(partial(change_role, membership=each, actor=each.user, role=Role.READER) for each in memberships)
    assert faults(results) == []
    assert team.memberships.filter(role=Role.OWNER).count() == 1


def test_owners_who_throw_each_other_out_leave_one(team: Team, owners: list[User]) -> None:
    memberships = list(team.memberships.order_by("pk"))
    results = at_once(partial(remove_member, membership=memberships[(place + 1) % MANY], actor=owner) for place, owner in enumerate(owners))
    assert faults(results) == []
    assert team.memberships.filter(role=Role.OWNER).exists()


@pytest.mark.parametrize("uses", [1, 5])
def test_a_link_lets_in_as_many_as_it_says(uses: int, team: Team, owners: list[User]) -> None:
    link, _secret = make_link(team=team, actor=owners[0], uses=uses)
    strangers = [make_user() for _ in range(MANY)]
    results = at_once(partial(accept_invitation, invitation=link, user=stranger) for stranger in strangers)
    assert faults(results) == []
    assert team.memberships.filter(user__in=strangers).count() == uses
    assert Invitation.objects.get(pk=link.pk).used == uses


def test_one_person_who_clicks_sixteen_times_joins_once(team: Team, owners: list[User]) -> None:
    link, _secret = make_link(team=team, actor=owners[0], uses=MANY)
    carol = make_user("carol")
    assert faults(at_once([partial(accept_invitation, invitation=link, user=carol)] * MANY)) == []
    assert team.memberships.filter(user=carol).count() == 1
    assert Invitation.objects.get(pk=link.pk).used == 1


def test_nobody_joins_by_a_link_once_its_withdrawal_is_done(team: Team, owners: list[User]) -> None:
    link, _secret = make_link(team=team, actor=owners[0], uses=MANY)
    strangers = [make_user() for _ in range(MANY)]
    deeds: list[Callable[[], Any]] = [partial(accept_invitation, invitation=link, user=stranger) for stranger in strangers[1:]]
    assert faults(at_once([partial(revoke_invitation, invitation=link, actor=owners[0]), *deeds])) == []
    with pytest.raises(Refused):
        accept_invitation(invitation=link, user=strangers[0])


def test_sixteen_requests_of_one_person_are_one(team: Team) -> None:
    Team.objects.update(takes_requests=True)
    carol = make_user("carol")
    assert faults(at_once([partial(ask_to_join, team=team, user=carol)] * MANY)) == []
    assert JoinRequest.objects.get().user == carol
    assert Event.objects.filter(kind="request.made").count() == 1


def test_a_request_is_answered_once(team: Team, owners: list[User]) -> None:
    Team.objects.update(takes_requests=True)
    request = ask_to_join(team=team, user=make_user("carol"))
    results = at_once(partial(accept_request, request=request, actor=owner) for owner in owners)
    assert sum(isinstance(each, Membership) for each in results) == 1
    assert faults(results) == []


def test_one_of_sixteen_teams_gets_the_name_and_the_others_read_why() -> None:
    alice = make_user("alice")
    teams = [create_team(owner=alice, slug=f"team-{number}", title="Team") for number in range(MANY)]
    results = at_once(partial(rename_team, team=team, actor=alice, slug="wanted") for team in teams)
    assert sum(isinstance(each, NameRefused) for each in results) == MANY - 1
    assert faults(results) == []
    assert Namespace.objects.filter(team__isnull=False).count() == MANY


def test_a_key_ends_the_moment_its_makers_role_does(team: Team, owners: list[User]) -> None:
    boss, maker = owners[:2]
    _key, secret = make_token(user=maker, team=team, name="robot", scopes=TEAM_SCOPES)
    taken_out = partial(remove_member, membership=Membership.objects.get(user=maker), actor=boss)
    assert faults(at_once([taken_out, *[partial(find_token, secret=secret)] * (MANY - 1)])) == []
    assert find_token(secret=secret) is None


def test_a_team_that_goes_while_people_come_is_gone(team: Team, owners: list[User]) -> None:
    link, _secret = make_link(team=team, actor=owners[0], uses=MANY)
    comers = [partial(accept_invitation, invitation=link, user=make_user()) for _ in range(MANY - 1)]
    assert faults(at_once([partial(delete_team, team=team, actor=owners[0]), *comers])) == []
    assert not Team.objects.exists()
    assert not Membership.objects.exists()


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_doing_everything_at_once_leaves_a_sound_team(seed: int, team: Team, owners: list[User]) -> None:
    link, _secret = make_link(team=team, actor=owners[0], uses=MANY)
    results = at_once(partial(a_busy_life, random.Random(f"{seed} {place}"), team, owner, link) for place, owner in enumerate(owners))
    assert [each for each in results if each] == []
    roles = list(Membership.objects.filter(team=team).values_list("role", flat=True))
    assert Role.OWNER in roles
    assert Invitation.objects.get(pk=link.pk).used <= MANY


def a_busy_life(dice: random.Random, team: Team, person: User, link: Invitation) -> list[Exception]:
    """Do twenty things that one may or may not do; return the faults."""
    found = []
    for _ in range(20):
        other = Membership.objects.filter(team=team).order_by("?").select_related("user").first()
        assert other, "a team with nobody in it"
        deeds = [
            partial(leave_team, team=team, user=person),
            partial(accept_invitation, invitation=link, user=person),
            partial(change_role, membership=other, actor=person, role=dice.choice(Role.values)),
            partial(remove_member, membership=other, actor=person),
            partial(hand_over, team=team, actor=person, to=other.user),
            partial(make_token, user=person, team=team, name="robot", scopes=TEAM_SCOPES),
        ]
        found += faults([attempt(dice.choice(deeds))])
    return found


def attempt(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except Exception as problem:
        return problem
