"""A state machine: whatever people do to teams, in whatever order, their rights are those of a small model."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule, run_state_machine_as_test

from accounts.actions.invitations import accept_invitation, invite_person, make_link, revoke_invitation
from accounts.actions.joining import accept_request, ask_to_join, decline_request
from accounts.actions.memberships import Refused, change_role, hand_over, leave_team, remove_member
from accounts.actions.teams import change_team, create_team, delete_team
from accounts.actions.tokens import make_token
from accounts.models import ApiToken, Invitation, JoinRequest, Membership, Role, Team, User
from accounts.models.token import TEAM_SCOPES
from papers.actions.lists import create_list
from papers.models import ReadingList, Visibility
from tests.factories import make_user

PEOPLE = ("alice", "bob", "carol", "dave")
RANK = {role: place for place, role in enumerate(Role.values)}
NO = (PermissionDenied, Refused, Http404)
people, roles = st.sampled_from(PEOPLE), st.sampled_from(Role.values)
_numbers = count(1)


@dataclass
class ModelTeam:
    """What ought to be true of a team."""

    row: Team
    roles: dict[str, str]
    visibility: dict[int, str] = field(default_factory=dict)

    def manages(self, person: str) -> bool:
        return self.roles.get(person) in {"owner", "maintainer"}

    def may_give(self, person: str) -> set[str]:
        return {"owner": set(Role.values), "maintainer": {"member", "reader"}}.get(self.roles.get(person, ""), set())

    @property
    def owners(self) -> set[str]:
        return {person for person, role in self.roles.items() if role == "owner"}


@dataclass
class ModelInvitation:
    row: Invitation
    team: ModelTeam
    maker: str
    role: str
    left: int
    invitee: str | None = None

    @property
    def is_usable(self) -> bool:
        return self.left > 0 and self.role in self.team.may_give(self.maker)


def done(deed: Callable[[], Any]) -> bool:
    """Try something; False if it was refused. Anything but a refusal is a fault."""
    try:
        with transaction.atomic():
            deed()
    except NO:
        return False
    return True


class Teams(RuleBasedStateMachine):
    teams, links, requests, keys, shelves = Bundle("teams"), Bundle("links"), Bundle("requests"), Bundle("keys"), Bundle("shelves")

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.people: dict[str, User] = {name: make_user(name) for name in PEOPLE}
        self.all_teams: list[ModelTeam] = []
        self.all_links: list[ModelInvitation] = []
        self.all_keys: list[tuple[ApiToken, ModelTeam, str]] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @rule(target=teams, owner=people)
    def found(self, owner: str) -> ModelTeam:
        number = next(_numbers)
        row = create_team(owner=self.people[owner], slug=f"team-{number}", title=f"Team {number}")
        change_team(team=row, actor=self.people[owner], takes_requests=True)
        team = ModelTeam(row, {owner: "owner"})
        self.all_teams.append(team)
        return team

    @rule(target=links, team=teams, actor=people, role=roles, uses=st.integers(1, 2))
    def link(self, team: ModelTeam, actor: str, role: str, uses: int) -> Any:
        made: list[Invitation] = []
        worked = done(lambda: made.append(make_link(team=team.row, actor=self.people[actor], role=role, uses=uses)[0]))
        assert worked is (role != "owner" and role in team.may_give(actor))
        return self._keep(made, team, actor, role, uses)

    @rule(target=links, team=teams, actor=people, role=roles, invitee=people)
    def invite(self, team: ModelTeam, actor: str, role: str, invitee: str) -> Any:
        known = {link.row.pk: link for link in self.all_links}
        made: list[Invitation] = []
        worked = done(lambda: made.append(invite_person(team=team.row, actor=self.people[actor], person=self.people[invitee], role=role)))
        assert worked is (role != "owner" and role in team.may_give(actor) and invitee not in team.roles)
        if made and made[0].pk in known:
            return multiple()
        return self._keep(made, team, actor, role, 1, invitee)

    def _keep(self, made: list[Invitation], team: ModelTeam, maker: str, role: str, left: int, invitee: str | None = None) -> Any:
        if not made:
            return multiple()
        link = ModelInvitation(made[0], team, maker, role, left, invitee)
        self.all_links.append(link)
        return link

    @rule(link=links, person=people)
    def join(self, link: ModelInvitation, person: str) -> None:
        worked = done(lambda: accept_invitation(invitation=link.row, user=self.people[person]))
        assert worked is (link.is_usable and link.invitee in {None, person})
        if worked and person not in link.team.roles:
            link.team.roles[person] = link.role
            link.left -= 1

    @rule(link=links, actor=people)
    def withdraw(self, link: ModelInvitation, actor: str) -> None:
        worked = done(lambda: revoke_invitation(invitation=link.row, actor=self.people[actor]))
        assert worked is link.team.manages(actor)
        link.left = 0 if worked else link.left

    @rule(target=requests, team=teams, person=people)
    def ask(self, team: ModelTeam, person: str) -> Any:
        made: list[JoinRequest] = []
        worked = done(lambda: made.append(ask_to_join(team=team.row, user=self.people[person])))
        assert worked is (bool(team.roles) and person not in team.roles)
        return (made[0], team, person) if worked else multiple()

    @rule(request=consumes(requests), actor=people, role=roles, yes=st.booleans())
    def answer(self, request: tuple[JoinRequest, ModelTeam, str], actor: str, role: str, yes: bool) -> None:
        row, team, person = request
        was_open = JoinRequest.objects.open().filter(pk=row.pk).exists()
        answer = (
            (lambda: accept_request(request=row, actor=self.people[actor], role=role))
            if yes
            else (lambda: decline_request(request=row, actor=self.people[actor]))
        )
        worked = done(answer)
        assert worked is (was_open and (role in team.may_give(actor) if yes else team.manages(actor)))
        if worked and yes and (person not in team.roles or RANK[role] < RANK[team.roles[person]]):
            team.roles[person] = role

    @rule(team=teams, actor=people, person=people, role=roles)
    def promote(self, team: ModelTeam, actor: str, person: str, role: str) -> None:
        membership = Membership.objects.filter(team=team.row.pk, user=self.people[person]).first()
        if membership is None:
            return
        worked = done(lambda: change_role(membership=membership, actor=self.people[actor], role=role))
        last = team.owners == {person} and role != "owner"
        assert worked is ({team.roles[person], role} <= team.may_give(actor) and not last)
        if worked:
            team.roles[person] = role

    @rule(team=teams, actor=people, person=people)
    def expel(self, team: ModelTeam, actor: str, person: str) -> None:
        membership = Membership.objects.filter(team=team.row.pk, user=self.people[person]).first()
        if membership is None:
            return
        worked = done(lambda: remove_member(membership=membership, actor=self.people[actor]))
        assert worked is (team.roles[person] in team.may_give(actor) and team.owners != {person})
        if worked:
            del team.roles[person]

    @rule(team=teams, person=people)
    def leave(self, team: ModelTeam, person: str) -> None:
        worked = done(lambda: leave_team(team=team.row, user=self.people[person]))
        assert worked is (person in team.roles and team.owners != {person})
        if worked:
            del team.roles[person]

    @rule(team=teams, actor=people, heir=people)
    def pass_on(self, team: ModelTeam, actor: str, heir: str) -> None:
        worked = done(lambda: hand_over(team=team.row, actor=self.people[actor], to=self.people[heir]))
        assert worked is (actor in team.owners and heir in team.roles)
        if worked and heir != actor:
            team.roles |= {heir: "owner", actor: "maintainer"}

    @rule(team=teams, actor=people)
    def dissolve(self, team: ModelTeam, actor: str) -> None:
        worked = done(lambda: delete_team(team=team.row, actor=self.people[actor]))
        assert worked is (actor in team.owners)
        if worked:
            team.roles, team.visibility = {}, {}

    @rule(target=keys, team=teams, maker=people)
    def make_key(self, team: ModelTeam, maker: str) -> Any:
        made: list[ApiToken] = []
        worked = done(lambda: made.append(make_token(user=self.people[maker], team=team.row, name="robot", scopes=TEAM_SCOPES)[0]))
        assert worked is team.manages(maker)
        self.all_keys += [(made[0], team, maker)] if worked else []
        return made[0] if worked else multiple()

    @rule(team=teams, visibility=st.sampled_from(Visibility.values))
    def share(self, team: ModelTeam, visibility: str) -> None:
        if team.roles:
            shelf = create_list(owner=team.row.namespace, title="Shelf", visibility=visibility)
            team.visibility[shelf.pk] = visibility

    @invariant()
    def the_rows_are_those_of_the_model(self) -> None:
        found = {(team, handle): role for team, handle, role in Membership.objects.values_list("team", "user__namespace__name", "role")}
        assert found == {(team.row.pk, person): role for team in self.all_teams for person, role in team.roles.items()}

    @invariant()
    def every_team_has_an_owner(self) -> None:
        connection.check_constraints()
        assert all(team.owners for team in self.all_teams if team.roles)

    @invariant()
    def invitations_work_as_long_as_their_makers_right(self) -> None:
        usable = set(Invitation.objects.usable().values_list("pk", flat=True))
        assert usable == {link.row.pk for link in self.all_links if link.is_usable}

    @invariant()
    def keys_work_as_long_as_their_makers_right(self) -> None:
        usable = set(ApiToken.objects.usable().values_list("pk", flat=True))
        assert usable == {key.pk for key, team, maker in self.all_keys if team.manages(maker)}

    @invariant()
    def lists_are_seen_and_changed_by_those_who_may(self) -> None:
        for name, person in self.people.items():
            seen = ReadingList.objects.visible_to(person).filter(owner__team__isnull=False)
            may_see = {pk for team in self.all_teams for pk, how in team.visibility.items() if name in team.roles or how != "private"}
            assert set(seen.values_list("pk", flat=True)) == may_see
            changed = ReadingList.objects.editable_by(person).filter(owner__team__isnull=False)
            may_edit = {pk for team in self.all_teams for pk in team.visibility if team.roles.get(name, "reader") != "reader"}
            assert set(changed.values_list("pk", flat=True)) == may_edit
            managed = ReadingList.objects.managed_by(person).filter(owner__team__isnull=False)
            assert set(managed.values_list("pk", flat=True)) == {
                pk for team in self.all_teams if team.manages(name) for pk in team.visibility
            }


@pytest.mark.timeout(600)
def test_rights_follow_from_what_people_did_and_from_nothing_else(db: None) -> None:
    limits = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Teams, settings=limits)
