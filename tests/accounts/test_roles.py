"""The table of docs/teams.md, cell by cell, as actions and querysets have it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from accounts.actions.invitations import make_link
from accounts.actions.joining import accept_request, ask_to_join
from accounts.actions.memberships import Refused, add_member, change_role, hand_over, leave_team, remove_member
from accounts.actions.teams import change_team, create_team, delete_team, rename_team
from accounts.actions.tokens import make_token
from accounts.models import Membership, Namespace, Role, Team, User
from accounts.models.roles import MANAGING_ROLES
from papers.actions.assigning import assign_paper
from papers.actions.lists import add_paper, create_list
from papers.actions.suggesting import accept_suggestion, suggest_paper
from papers.actions.tagging import write_tags
from papers.models import ListItem, ReadingList, Tag
from papers.models.comment import items_discussed_by
from papers.models.reading_list import team_of_reader
from tests.factories import make_paper, make_user

TABLE = (Path(__file__).parents[2] / "docs" / "teams.md").read_text()
LINES = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if line.startswith("| ")]
ROLES, ROWS = LINES[0][1:], LINES[1:]
CELLS = [(row[0], role, cell == "yes") for row in ROWS for role, cell in zip(ROLES, row[1:], strict=True)]


class Place:
    """A team with somebody in each role."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {role: make_user(f"the-{role}") for role in ROLES}
        self.team: Team = create_team(owner=self.people["owner"], slug="graph-lab", title="Graph Lab")
        change_team(team=self.team, actor=self.people["owner"], takes_requests=True)
        for role in ("maintainer", "member", "reader"):
            add_member(team=self.team, user=self.people[role], role=role)
        self.other_member = add_member(team=self.team, user=make_user(), role=Role.MEMBER)
        self.other_maintainer = add_member(team=self.team, user=make_user(), role=Role.MAINTAINER)
        self.request = ask_to_join(team=self.team, user=make_user())
        self.shelf = create_list(owner=self.team.namespace, title="Shelf")
        item, _new = add_paper(reading_list=self.shelf, paper=make_paper(), user=self.people["owner"])
        write_tags(item=item, names=["to read"])
        self.suggestion, _new = suggest_paper(reading_list=self.shelf, paper=make_paper(), user=self.people["reader"])

    def lists(self, which: str, user: User) -> bool:
        return getattr(ReadingList.objects, which)(user).filter(pk=self.shelf.pk).exists()

    def deeds(self, me: User) -> dict[str, Callable[[], Any]]:
        team, names, lists = self.team, Namespace.objects, self.lists
        return {
            "see the team's lists and people": lambda: lists("visible_to", me) and Membership.objects.visible_to(me).exists(),
            "put papers into a list": lambda: lists("editable_by", me),
            "tag its papers, rename, merge and delete tags": lambda: (
                ListItem.objects.changeable_by(me).exists() and Tag.objects.editable_by(me).exists()
            ),
            "talk about the papers in it, with the team only": lambda: items_discussed_by(me).filter(reading_list=self.shelf).exists(),
            "suggest a paper for a list": lambda: suggest_paper(reading_list=self.shelf, paper=make_paper(), user=me),
            "answer suggestions": lambda: accept_suggestion(suggestion=self.suggestion, user=me),
            "give a paper to somebody": lambda: assign_paper(item=self.shelf.items.get(), to=self.people["reader"], user=me),
            "see the agenda, and who has read what": lambda: team_of_reader(me, self.shelf) is not None,
            "make a list": lambda: names.writable_by(me).filter(team=team).exists(),
            "say who may read a list": lambda: lists("managed_by", me),
            "delete a list": lambda: lists("managed_by", me),
            "change the description": lambda: change_team(team=team, actor=me, description="New words"),
            "invite a member": lambda: make_link(team=team, actor=me, role=Role.MEMBER),
            "invite a maintainer": lambda: make_link(team=team, actor=me, role=Role.MAINTAINER),
            "answer requests to join": lambda: accept_request(request=self.request, actor=me),
            "take a member out": lambda: remove_member(membership=self.other_member, actor=me),
            "take a maintainer out": lambda: remove_member(membership=self.other_maintainer, actor=me),
            "make a maintainer": lambda: change_role(membership=self.other_member, actor=me, role=Role.MAINTAINER),
            "make a key for programs": lambda: make_token(user=me, team=team, name="robot", scopes=[]),
            "read the log": lambda: Membership.objects.filter(team=team, user=me, role__in=MANAGING_ROLES).exists(),
            "rename it, open it to the public": lambda: (
                change_team(team=team, actor=me, is_public=True),
                rename_team(team=team, actor=me, slug="new-lab"),
            ),
            "hand it over": lambda: hand_over(team=team, actor=me, to=self.other_member.user),
            "delete the team": lambda: delete_team(team=team, actor=me),
            "leave": lambda: leave_team(team=team, user=me),
        }


def works(deed: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            return deed() is not False
    except (PermissionDenied, Refused, Http404):
        return False


@pytest.mark.django_db
@pytest.mark.parametrize(("deed", "role", "may"), CELLS)
def test_each_cell_of_the_table_is_true(deed: str, role: str, may: bool) -> None:
    place = Place()
    assert works(place.deeds(place.people[role])[deed]) is may


def test_the_table_is_whole(db: None) -> None:
    place = Place()
    assert [row[0] for row in ROWS] == list(place.deeds(place.people["owner"]))
