"""Lists that are shared with people and teams: who may do what, who is told, and how it ends."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.actions.deleting import ask_for_deletion
from accounts.actions.memberships import Refused, add_member
from accounts.actions.teams import create_team
from accounts.models import Event, Notice, Role, Team, User
from papers.actions.lists import add_paper, create_list
from papers.actions.nesting import nest_list
from papers.actions.sharing import end_share, share_list
from papers.models import ListItem, ListShare, ReadingList
from papers.models.reading_list import ReadingListQuerySet
from tests.api import Program
from tests.factories import make_paper, make_user

WAYS = ("visible_to", "addable_by", "editable_by", "managed_by")


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """Alice's private list with one paper."""
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    add_paper(reading_list=made, paper=make_paper(title="Snow"), user=alice)
    return made


def rights(user: User, reading_list: ReadingList) -> list[bool]:
    lists: list[ReadingListQuerySet] = [getattr(ReadingList.objects, way)(user) for way in WAYS]
    return [each.filter(pk=reading_list.pk).exists() for each in lists]


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("may", "expected"),
    [("read", [True, False, False, False]), ("add", [True, True, False, False]), ("edit", [True, True, True, False])],
)
def test_a_share_gives_what_it_says_and_no_more(
    shelf: ReadingList, alice: User, bob: User, carol: User, may: str, expected: list[bool]
) -> None:
    share_list(reading_list=shelf, to=bob.namespace, may=may, user=alice)
    assert rights(bob, shelf) == expected
    assert rights(carol, shelf) == [False] * 4
    assert rights(alice, shelf) == [True] * 4
    inner = create_list(owner=alice.namespace, title="Inner", parent=shelf)
    assert rights(bob, inner) == expected


def test_a_team_reads_adds_and_edits_by_its_roles(shelf: ReadingList, alice: User, bob: User, carol: User) -> None:
    team = create_team(owner=bob, slug="other-lab", title="Other Lab")
    add_member(team=team, user=carol, role=Role.READER)
    share_list(reading_list=shelf, to=team.namespace, may="edit", user=alice)
    assert rights(bob, shelf) == [True, True, True, False]
    assert rights(carol, shelf) == [True, False, False, False]
    bob.only_team_id = team.pk  # as that team's key
    assert rights(bob, shelf) == [True, True, True, False]
    share_list(reading_list=shelf, to=bob.namespace, may="edit", user=alice)
    end_share(share=shelf.shares.get(to=team.namespace), user=alice)
    assert rights(bob, shelf) == [False] * 4  # what is shared with bob is not shared with the key


def test_sharing_again_changes_what_somebody_may(shelf: ReadingList, alice: User, bob: User) -> None:
    share, is_new = share_list(reading_list=shelf, to=bob.namespace, may="edit", user=alice)
    again, is_newer = share_list(reading_list=shelf, to=bob.namespace, may="read", user=alice)
    assert (is_new, is_newer, again.pk) == (True, False, share.pk)
    assert rights(bob, shelf) == [True, False, False, False]


def test_only_who_manages_a_list_shares_it(shelf: ReadingList, alice: User, bob: User, carol: User) -> None:
    share, _new = share_list(reading_list=shelf, to=bob.namespace, may="edit", user=alice)
    with pytest.raises(PermissionDenied):
        share_list(reading_list=shelf, to=carol.namespace, may="read", user=bob)
    with pytest.raises(PermissionDenied):
        end_share(share=share, user=carol)
    with pytest.raises(Refused, match="belongs to them"):
        share_list(reading_list=shelf, to=alice.namespace, may="read", user=alice)


def test_a_list_inside_another_one_has_no_shares_of_its_own(shelf: ReadingList, alice: User, bob: User) -> None:
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    share_list(reading_list=other, to=bob.namespace, may="read", user=alice)
    nest_list(reading_list=other, parent=shelf, user=alice)
    assert rights(bob, other) == [False] * 4
    with pytest.raises(Refused, match="share that one"):
        share_list(reading_list=other, to=bob.namespace, may="read", user=alice)
    nest_list(reading_list=other, parent=None, user=alice)
    assert rights(bob, other) == [False] * 4


def test_people_and_teams_are_told_once(shelf: ReadingList, alice: User, bob: User, carol: User) -> None:
    share_list(reading_list=shelf, to=bob.namespace, may="add", user=alice)
    share_list(reading_list=shelf, to=bob.namespace, may="add", user=alice)
    notice = Notice.objects.with_names().get(user=bob)
    assert notice.event.sentence == "alice shared the list “Shelf” with bob, who may now: read it and add papers"
    assert notice.event.path == "/lists/alice/shelf/"
    team = create_team(owner=carol, slug="other-lab", title="Other Lab")
    share_list(reading_list=shelf, to=team.namespace, may="read", user=alice)
    assert Notice.objects.with_names().get(user=carol).event.sentence.startswith("alice shared the list “Shelf” with Other Lab")
    assert "list.shared_with_team" in Event.objects.of_team(team).values_list("kind", flat=True)


def test_who_may_add_changes_only_what_they_added(shelf: ReadingList, alice: User, bob: User) -> None:
    share_list(reading_list=shelf, to=bob.namespace, may="add", user=alice)
    browser, snow, ice = browser_of(bob), shelf.items.get(), make_paper(title="Ice")
    assert browser.post(f"/papers/{ice.slug}/save", {"list": shelf.pk, "action": "add"}).status_code == 302
    own = shelf.items.get(paper=ice)
    assert browser.post(f"/lists/alice/shelf/{own.pk}/note", {"note": "cold"}).status_code == 302
    assert browser.post(f"/lists/alice/shelf/{snow.pk}/note", {"note": "cold"}).status_code == 403
    assert browser.post(f"/lists/alice/shelf/{own.pk}/move", {"to": "up"}).status_code == 403
    assert browser.post(f"/papers/{snow.paper.slug}/save", {"list": shelf.pk, "action": "remove"}).status_code == 403
    page = browser.get("/lists/alice/shelf/").content.decode()
    assert page.count("Take out<span") == 1
    program = Program(bob)
    assert program.ask("patch", f"/lists/alice/shelf/items/{snow.paper.slug}/", {"note": "x"}).status_code == 403
    assert program.ask("delete", f"/lists/alice/shelf/items/{snow.paper.slug}/").status_code == 403
    assert program.ask("patch", f"/lists/alice/shelf/items/{ice.slug}/", {"position": 0}).status_code == 403
    assert program.ask("delete", f"/lists/alice/shelf/items/{ice.slug}/").status_code == 204
    assert ListItem.objects.in_lists().get().note == ""


def test_a_list_is_shared_on_its_page_and_left_again(shelf: ReadingList, alices_browser: Client, bob: User, graph_lab: Team) -> None:
    address = "/lists/alice/shelf/shares/"
    assert 'value="bob"' in alices_browser.get(f"{address}find?to=bo").content.decode()
    assert 'value="graph-lab"' in alices_browser.get(f"{address}find?to=graph").content.decode()
    assert "alice" not in alices_browser.get(f"{address}find?to=al").content.decode()
    wrong = alices_browser.post(address, {"to": "nobody", "may": "read"})
    assert "Nobody here has the name" in wrong.content.decode()
    shared = alices_browser.post(address, {"to": "@Bob", "may": "add"}, follow=True).content.decode()
    assert "Shared with bob." in shared
    browser = browser_of(bob)
    assert "Shared with me" in browser.get("/lists/").content.decode()
    page = browser.get("/lists/alice/shelf/").content.decode()
    assert ">shared<" in page
    assert "Leave this list" in page
    share = ListShare.objects.get()
    assert browser.get(address).status_code == 403
    changed = alices_browser.post(f"{address}{share.pk}", {"may": "edit"}, follow=True).content.decode()
    assert "Changed for bob." in changed
    left = browser.post(f"{address}{share.pk}", {"action": "remove"})
    assert left["Location"] == "/lists/"
    assert browser.get("/lists/alice/shelf/").status_code == 404


def test_a_program_shares_a_list(shelf: ReadingList, alice: User, bob: User) -> None:
    program, address = Program(alice), "/lists/alice/shelf/shares/"
    assert program.ask("put", f"{address}bob/", {"may": "edit"}).status_code == 201
    assert program.ask("put", f"{address}bob/", {"may": "read"}).status_code == 200
    assert [(row["to"], row["may"], row["is_team"]) for row in program.get(address)] == [("bob", "read", False)]
    assert program.ask("put", f"{address}nobody/", {"may": "read"}).status_code == 404
    assert program.ask("put", f"{address}bob/", {"may": "rule"}).status_code == 400
    assert program.ask("put", f"{address}alice/", {"may": "read"}).status_code == 409
    assert Program(bob).ask("delete", f"{address}bob/").status_code == 204
    assert program.ask("delete", f"{address}bob/").status_code == 204
    assert program.get(address) == []


def test_lists_of_somebody_who_is_about_to_go_are_shared_with_nobody(shelf: ReadingList, alice: User, bob: User) -> None:
    share_list(reading_list=shelf, to=bob.namespace, may="edit", user=alice)
    ask_for_deletion(user=alice)
    assert rights(bob, shelf) == [False] * 4


def test_a_list_has_a_bounded_number_of_shares(shelf: ReadingList, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.actions.sharing.MOST_SHARES", 1)
    share_list(reading_list=shelf, to=make_user().namespace, may="read", user=alice)
    with pytest.raises(Refused, match="at most 1"):
        share_list(reading_list=shelf, to=make_user().namespace, may="read", user=alice)
