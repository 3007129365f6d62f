"""Lists inside lists: one level, with the rights of the parent."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.actions.memberships import Refused, add_member
from accounts.models import Role, Team, User
from papers.actions.lists import add_paper, change_list, create_list, delete_list
from papers.actions.nesting import nest_list
from papers.models import ReadingList, Visibility
from tests.api import Program
from tests.factories import make_paper, make_user
from tests.threads import at_once


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    return create_list(owner=alice.namespace, title="Shelf", user=alice)


@pytest.fixture
def inner(alice: User, shelf: ReadingList) -> ReadingList:
    return create_list(owner=alice.namespace, title="Inner", parent=shelf, user=alice)


def sees(user: User, reading_list: ReadingList) -> bool:
    return ReadingList.objects.visible_to(user).filter(pk=reading_list.pk).exists()


def test_a_list_is_read_by_those_who_read_the_one_it_is_in(alice: User, carol: User, shelf: ReadingList, inner: ReadingList) -> None:
    assert (sees(alice, inner), sees(carol, inner)) == (True, False)
    change_list(reading_list=shelf, visibility=Visibility.PUBLIC)
    assert sees(carol, inner)
    page = Client().get("/lists/alice/inner/").content.decode()
    assert ">public<" in page
    assert "Shelf</a>" in page
    change_list(reading_list=shelf, visibility=Visibility.PRIVATE)
    assert not sees(carol, inner)


def test_a_list_that_goes_inside_leaves_its_own_readers_behind(alice: User, carol: User, shelf: ReadingList) -> None:
    shown = create_list(owner=alice.namespace, title="Shown", visibility=Visibility.PUBLIC)
    nest_list(reading_list=shown, parent=shelf, user=alice)
    assert not sees(carol, shown)
    with pytest.raises(Refused, match="inside another one"):
        change_list(reading_list=shown, visibility=Visibility.PUBLIC)
    nest_list(reading_list=shown, parent=None, user=alice)
    assert not sees(carol, shown)
    change_list(reading_list=shown, visibility=Visibility.PUBLIC)
    assert sees(carol, shown)


def test_lists_are_nested_one_level_and_by_one_owner(alice: User, bob: User, shelf: ReadingList, inner: ReadingList) -> None:
    other, foreign = create_list(owner=alice.namespace, title="Other"), create_list(owner=bob.namespace, title="Foreign")
    for child, parent in [(other, inner), (shelf, other), (other, other), (other, foreign), (foreign, shelf)]:
        with pytest.raises(Refused):
            nest_list(reading_list=child, parent=parent)
    with pytest.raises(Refused):
        create_list(owner=alice.namespace, title="Deep", parent=inner)
    with pytest.raises(Refused):
        create_list(owner=bob.namespace, title="Foreign", parent=shelf)


@pytest.mark.django_db(transaction=True)
def test_two_who_nest_at_once_make_no_second_level() -> None:
    alice = make_user("alice")
    first, second, third = (create_list(owner=alice.namespace, title=title) for title in ("First", "Second", "Third"))
    wishes = [(first, second), (second, third), (third, first)]
    results = at_once([lambda pair=pair: nest_list(reading_list=pair[0], parent=pair[1]) for pair in wishes])
    assert sum(isinstance(result, Refused) for result in results) == 2
    assert not ReadingList.objects.filter(parent__parent__isnull=False).exists()


def test_who_may_not_open_a_list_may_not_nest_it(graph_lab: Team, alice: User, bob: User) -> None:
    team_list, other = (create_list(owner=graph_lab.namespace, title=title, user=alice) for title in ("Team", "Other"))
    with pytest.raises(PermissionDenied):
        nest_list(reading_list=team_list, parent=other, user=bob)
    own = create_list(owner=graph_lab.namespace, title="Of Bob", parent=team_list, user=bob)
    nest_list(reading_list=own, parent=other, user=bob)
    assert ReadingList.objects.managed_by(alice).filter(pk=own.pk).exists()


def test_a_deleted_list_leaves_those_inside_it_private(alice: User, carol: User, shelf: ReadingList, inner: ReadingList) -> None:
    change_list(reading_list=shelf, visibility=Visibility.PUBLIC)
    paper = make_paper()
    add_paper(reading_list=inner, paper=paper, user=alice)
    delete_list(reading_list=shelf)
    inner.refresh_from_db()
    assert (inner.parent, sees(alice, inner), sees(carol, inner)) == (None, True, False)
    paper.stats.refresh_from_db()
    assert paper.stats.save_count == 1


def test_a_teams_roles_hold_inside_its_lists(graph_lab: Team, alice: User, bob: User, carol: User) -> None:
    add_member(team=graph_lab, user=carol, role=Role.READER)
    inner = create_list(owner=graph_lab.namespace, title="Inner", parent=create_list(owner=graph_lab.namespace, title="Team"))
    assert sees(carol, inner)
    editable = [ReadingList.objects.editable_by(user).filter(pk=inner.pk).exists() for user in (alice, bob, carol)]
    assert editable == [True, True, False]


def test_pages_and_pickers_show_what_is_inside(alices_browser: Client, shelf: ReadingList, inner: ReadingList) -> None:
    page = alices_browser.get("/lists/alice/shelf/").content.decode()
    assert "Lists inside" in page
    assert "/lists/alice/inner/" in page
    create_list(owner=shelf.owner, title="Latest")
    for address in ("/lists/", "/people/alice/", f"/papers/{make_paper().slug}/lists"):
        shown = alices_browser.get(address).content.decode()
        assert 0 < shown.index("Shelf") < shown.index("Inner"), address
        assert "inside" in shown, address


def test_a_list_is_made_inside_another_one_and_taken_out_again(alices_browser: Client, alice: User, shelf: ReadingList) -> None:
    form = alices_browser.get("/lists/new/?in=alice/shelf").context["form"]
    assert (form.initial["parent"], form.initial["owner"]) == (shelf.pk, alice.namespace.pk)
    fields = {"title": "Spring", "description": "", "visibility": "public", "owner": alice.namespace.pk, "parent": shelf.pk}
    alices_browser.post("/lists/new/", fields)
    spring = ReadingList.objects.get(slug="spring")
    assert (spring.parent, spring.visibility) == (shelf, Visibility.PRIVATE)
    assert "visibility" not in alices_browser.get("/lists/alice/spring/edit/").context["form"].fields
    assert "parent" not in alices_browser.get("/lists/alice/shelf/edit/").context["form"].fields
    alices_browser.post("/lists/alice/spring/edit/", {"title": "Spring", "parent": ""})
    spring.refresh_from_db()
    assert spring.parent is None


def test_a_program_nests_lists(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    made = program.ask("post", "/lists/", {"title": "Inner", "parent": "shelf"})
    assert (made.status_code, made.json()["parent"]) == (201, "shelf")
    change_list(reading_list=shelf, visibility=Visibility.INSTANCE)
    assert program.get("/lists/alice/inner/")["visibility"] == "instance"
    assert [row["slug"] for row in program.get("/lists/?owner=alice&parent=shelf")["results"]] == ["inner"]
    assert program.ask("post", "/lists/", {"title": "Deep", "parent": "inner"}).status_code == 400
    assert program.ask("patch", "/lists/alice/shelf/", {"parent": "shelf"}).status_code == 409
    assert program.ask("patch", "/lists/alice/inner/", {"visibility": "public"}).status_code == 409
    assert program.ask("patch", "/lists/alice/inner/", {"parent": None}).json()["parent"] is None
