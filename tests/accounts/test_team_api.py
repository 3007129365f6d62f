"""Teams over REST: what programs can do, and the words in which they are refused."""

import pytest

from accounts.actions.memberships import add_member
from accounts.actions.teams import change_team
from accounts.models import Invitation, Membership, Role, Team, User
from tests.api import Program, wrong

pytestmark = pytest.mark.django_db


def test_a_team_is_made_and_its_maker_owns_it(alice: User) -> None:
    made = Program(alice).ask("post", "/teams/", {"slug": "theory", "title": "Theory"})
    assert made.status_code == 201
    assert made.json()["role"] == "owner"
    assert Team.objects.get().members.get() == alice


@pytest.mark.parametrize(("slug", "word"), [("Theory!", "hyphens"), ("settings", "kept"), ("bob", "taken")])
def test_a_bad_name_is_refused_at_its_field(slug: str, word: str, alice: User, bob: User) -> None:
    answer = Program(alice).ask("post", "/teams/", {"slug": slug, "title": "Theory"})
    assert answer.status_code == 400
    assert word in wrong(answer)["slug"]


def test_the_last_owner_is_told_what_to_do_first(alice: User, graph_lab: Team) -> None:
    answer = Program(alice).ask("delete", "/teams/graph-lab/members/alice/")
    assert answer.status_code == 409
    assert "Make somebody else owner first" in answer.json()["detail"]


def test_a_member_leaves_by_taking_themselves_out(bob: User, graph_lab: Team) -> None:
    assert Program(bob).ask("delete", "/teams/graph-lab/members/bob/").status_code == 204
    assert not Membership.objects.filter(user=bob).exists()


def test_a_link_is_shown_once_and_lets_in(alice: User, carol: User, graph_lab: Team) -> None:
    program = Program(alice)
    made = program.ask("post", "/teams/graph-lab/invitations/", {"role": "reader", "uses": 2, "days": 3}).json()
    assert "/join/" in made["url"]
    listed = program.get("/teams/graph-lab/invitations/")
    assert [(each["id"], each["url"], each["uses"]) for each in listed] == [(made["id"], None, 2)]


def test_a_person_is_invited_by_handle_and_an_unknown_one_is_named(alice: User, carol: User, graph_lab: Team) -> None:
    program = Program(alice)
    assert program.ask("post", "/teams/graph-lab/invitations/", {"handle": "carol"}).status_code == 201
    assert Invitation.objects.get().invitee == carol
    unknown = program.ask("post", "/teams/graph-lab/invitations/", {"handle": "nobody-here"})
    assert "nobody-here" in wrong(unknown)["handle"]


@pytest.mark.parametrize("body", [{"role": "king"}, {"uses": 0}, {"days": 31}])
def test_nonsense_is_refused_at_its_field(body: dict[str, object], alice: User, graph_lab: Team) -> None:
    answer = Program(alice).ask("post", "/teams/graph-lab/invitations/", body)
    assert list(wrong(answer)) == list(body)


def test_a_maintainer_cannot_raise_anybody_to_their_own_rank(alice: User, bob: User, carol: User, graph_lab: Team) -> None:
    add_member(team=graph_lab, user=bob, role=Role.MAINTAINER)
    add_member(team=graph_lab, user=carol)
    answer = Program(bob).ask("put", "/teams/graph-lab/members/carol/", {"role": "maintainer"})
    assert answer.status_code == 403


def test_a_token_without_the_scope_changes_nothing(alice: User, graph_lab: Team) -> None:
    assert Program(alice, ["teams:read"]).ask("patch", "/teams/graph-lab/", {"title": "Mine"}).status_code == 403
    graph_lab.refresh_from_db()
    assert graph_lab.title == "Graph Lab"


def test_an_owner_renames_the_team_and_its_old_address_leads_on(alice: User, graph_lab: Team) -> None:
    program = Program(alice)
    renamed = program.ask("patch", "/teams/graph-lab/", {"slug": "graphs", "title": "Graphs"})
    assert (renamed.json()["slug"], renamed.json()["title"]) == ("graphs", "Graphs")
    assert program.get("/teams/graphs/")["title"] == "Graphs"
    assert wrong(program.ask("patch", "/teams/graphs/", {"slug": "Bad slug"}))["slug"]


def test_a_refused_name_changes_nothing_else(alice: User, bob: User, graph_lab: Team) -> None:
    add_member(team=graph_lab, user=bob, role=Role.MAINTAINER)
    assert Program(bob).ask("patch", "/teams/graph-lab/", {"slug": "bobs-lab", "title": "Bob’s"}).status_code == 403
    graph_lab.refresh_from_db()
    assert graph_lab.title == "Graph Lab"


def test_somebody_asks_and_is_let_in(alice: User, carol: User, graph_lab: Team) -> None:
    change_team(team=graph_lab, actor=alice, is_public=True, takes_requests=True)
    assert Program(carol).ask("post", "/teams/graph-lab/requests/", {"words": "I read graphs"}).status_code == 201
    owner = Program(alice)
    [asking] = owner.get("/teams/graph-lab/requests/")
    assert (asking["handle"], asking["words"], asking["state"]) == ("carol", "I read graphs", "open")
    answered = owner.ask("put", f"/teams/graph-lab/requests/{asking['id']}/", {"state": "accepted", "role": "reader"})
    assert answered.status_code == 204
    assert Membership.objects.get(user=carol).role == Role.READER
    assert owner.ask("put", f"/teams/graph-lab/requests/{asking['id']}/", {"state": "declined"}).status_code == 409


def test_a_request_is_taken_back(alice: User, carol: User, graph_lab: Team) -> None:
    change_team(team=graph_lab, actor=alice, is_public=True, takes_requests=True)
    program = Program(carol)
    program.ask("post", "/teams/graph-lab/requests/", {})
    assert program.ask("delete", "/teams/graph-lab/requests/").status_code == 204
    assert Program(alice).get("/teams/graph-lab/requests/") == []
