"""A team's key: within the team, and not a day longer than its maker manages it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.memberships import add_member, change_role, remove_member
from accounts.actions.teams import create_team
from accounts.actions.tokens import TokenRefused, find_token, make_token, revoke_token
from accounts.forms import TokenForm
from accounts.models import ApiToken, Event, Role, Scope, Team, User
from accounts.models.token import TEAM_SCOPES
from papers.actions.lists import add_paper, create_list
from papers.models import ReadingList, Visibility
from tests.api import Program
from tests.factories import make_paper


def key_of(user: User, team: Team) -> str:
    return make_token(user=user, team=team, name="robot", scopes=TEAM_SCOPES)[1]


def program(secret: str) -> Program:
    it = Program()
    it.headers = {"Authorization": f"Bearer {secret}"}
    return it


@pytest.fixture
def shelf(graph_lab: Team, alice: User) -> ReadingList:
    return create_list(owner=graph_lab.namespace, title="Shelf")


class TestWithinTheTeam:
    def test_it_reads_and_fills_the_teams_lists(self, alice: User, graph_lab: Team, shelf: ReadingList) -> None:
        robot, paper = program(key_of(alice, graph_lab)), make_paper()
        assert robot.ask("put", f"/lists/graph-lab/shelf/items/{paper.slug}/", {"note": "by a robot"}).status_code == 201
        assert [item["note"] for item in robot.get("/lists/graph-lab/shelf/items/")["results"]] == ["by a robot"]

    def test_it_sees_nothing_of_its_makers_own(self, alice: User, graph_lab: Team, shelf: ReadingList) -> None:
        create_list(owner=alice.namespace, title="Private")
        robot = program(key_of(alice, graph_lab))
        assert robot.ask("get", "/lists/alice/private/").status_code == 404
        assert [each["slug"] for each in robot.get("/lists/?show=mine")["results"]] == ["shelf"]

    def test_it_changes_no_public_list_of_its_makers_own(self, alice: User, graph_lab: Team) -> None:
        create_list(owner=alice.namespace, title="Open", visibility=Visibility.PUBLIC)
        robot = program(key_of(alice, graph_lab))
        assert robot.ask("patch", "/lists/alice/open/", {"title": "Mine"}).status_code == 403
        assert robot.ask("post", "/lists/", {"title": "New", "owner": "alice"}).status_code == 400

    def test_it_knows_no_other_team_of_its_maker(self, alice: User, graph_lab: Team, carol: User) -> None:
        other = create_team(owner=alice, slug="other", title="Other")
        create_list(owner=other.namespace, title="Secret")
        robot = program(key_of(alice, graph_lab))
        assert robot.ask("get", "/lists/other/secret/").status_code == 404
        assert [team["slug"] for team in robot.get("/me/")["teams"]] == ["graph-lab"]

    @pytest.mark.parametrize("path", ["/digests/", "/subscription/"])
    def test_what_is_one_persons_is_closed_to_it(self, path: str, alice: User, graph_lab: Team) -> None:
        assert program(key_of(alice, graph_lab)).ask("get", path).status_code == 403

    @pytest.mark.parametrize("scope", sorted(set(Scope.values) - set(TEAM_SCOPES)))
    def test_it_cannot_have_a_scope_of_one_person(self, scope: str, alice: User, graph_lab: Team) -> None:
        with pytest.raises(TokenRefused, match=scope):
            make_token(user=alice, team=graph_lab, name="robot", scopes=[scope])


class TestNoLongerThanTheRight:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.READER])
    def test_only_those_who_manage_a_team_make_keys(self, role: str, bob: User, graph_lab: Team) -> None:
        add_member(team=graph_lab, user=bob, role=role)
        with pytest.raises(PermissionDenied):
            key_of(bob, graph_lab)

    def test_it_ends_with_its_makers_role(self, alice: User, bob: User, graph_lab: Team) -> None:
        maintainer = add_member(team=graph_lab, user=bob, role=Role.MAINTAINER)
        secret = key_of(bob, graph_lab)
        assert find_token(secret=secret)
        change_role(membership=maintainer, actor=alice, role=Role.MEMBER)
        assert find_token(secret=secret) is None
        assert program(secret).ask("get", "/me/").status_code == 401

    def test_it_ends_when_its_maker_is_taken_out(self, alice: User, bob: User, graph_lab: Team) -> None:
        maintainer = add_member(team=graph_lab, user=bob, role=Role.MAINTAINER)
        secret = key_of(bob, graph_lab)
        remove_member(membership=maintainer, actor=alice)
        assert find_token(secret=secret) is None

    def test_another_maintainer_may_end_it_and_the_log_says_so(self, alice: User, bob: User, graph_lab: Team) -> None:
        add_member(team=graph_lab, user=bob, role=Role.MAINTAINER)
        token, secret = make_token(user=alice, team=graph_lab, name="robot", scopes=TEAM_SCOPES)
        revoke_token(token=token, actor=bob)
        assert find_token(secret=secret) is None
        assert Event.objects.filter(team=graph_lab, kind="token.team_revoked", actor=bob).count() == 1

    def test_a_member_may_neither_see_nor_end_it(self, alice: User, bob: User, graph_lab: Team) -> None:
        token, _secret = make_token(user=alice, team=graph_lab, name="robot", scopes=TEAM_SCOPES)
        assert token not in ApiToken.objects.visible_to(bob)
        with pytest.raises(PermissionDenied):
            revoke_token(token=token, actor=bob)


class TestTheForm:
    def test_it_offers_the_teams_that_one_manages(self, alices_browser: Client, graph_lab: Team) -> None:
        assert "Graph Lab" in alices_browser.get(reverse("accounts:tokens")).content.decode()

    def test_a_foreign_team_is_refused(self, carol: User, alice: User, graph_lab: Team) -> None:
        create_team(owner=carol, slug="her-own", title="Her own")  # so that the form has the field
        asked = {"name": "robot", "days": 7, "scopes": [Scope.LISTS_READ], "team": graph_lab.pk}
        form = TokenForm(asked, user=carol)
        assert list(form.errors) == ["team"]

    def test_where_and_by_what_a_key_was_last_used_is_shown(self, alice: User, alices_browser: Client) -> None:
        _token, secret = make_token(user=alice, name="laptop", scopes=Scope.values)
        Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}", "User-Agent": "curl/8.5"}, REMOTE_ADDR="192.0.2.7")
        page = alices_browser.get(reverse("accounts:tokens")).content.decode()
        assert "from 192.0.2.7 by curl/8.5" in page

    def test_nobody_has_more_keys_than_can_be_looked_through(self, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("accounts.actions.tokens.MOST_TOKENS", 2)
        for _ in range(2):
            make_token(user=alice, name="one more", scopes=[])
        with pytest.raises(TokenRefused):
            make_token(user=alice, name="too many", scopes=[])
        ApiToken.objects.filter(user=alice).update(expires_at=timezone.now() - timedelta(days=1))
        make_token(user=alice, name="again", scopes=[])


def test_a_paper_of_a_teams_list_says_who_put_it_there(alice: User, graph_lab: Team, shelf: ReadingList) -> None:
    add_paper(reading_list=shelf, paper=make_paper(), user=alice)
    assert shelf.items.get().added_by == alice
