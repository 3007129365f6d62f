"""Reading lists on the web: who sees them, who changes them, and what they show."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.actions.memberships import add_member
from accounts.models import Role, Team, User
from papers.actions.lists import add_paper, create_list
from papers.models import ListItem, ReadingList, Visibility
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def winter(alice: User) -> ReadingList:
    """Alice's public list with one paper."""
    reading_list = create_list(owner=alice.namespace, title="Winter", visibility=Visibility.PUBLIC)
    add_paper(reading_list=reading_list, paper=make_paper(title="Snow"), user=alice, note="Read it twice.")
    return reading_list


def browser_of(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def address(name: str, reading_list: ReadingList, *more: int) -> str:
    return reverse(f"papers:{name}", args=[reading_list.owner.name, reading_list.slug, *more])


@pytest.mark.parametrize(
    ("visibility", "owner", "stranger", "visitor"),
    [(Visibility.PRIVATE, 200, 404, 404), (Visibility.INSTANCE, 200, 200, 404), (Visibility.PUBLIC, 200, 200, 200)],
)
def test_a_list_is_read_by_those_it_is_open_to(
    winter: ReadingList, alice: User, carol: User, visibility: str, owner: int, stranger: int, visitor: int
) -> None:
    ReadingList.objects.update(visibility=visibility)
    statuses = [browser_of(who).get(winter.get_absolute_url()).status_code for who in (alice, carol, None)]
    assert statuses == [owner, stranger, visitor]


def test_only_its_editors_change_a_list(winter: ReadingList, carol: User) -> None:
    item = winter.items.get()
    posts = [
        (address("edit_list", winter), {"title": "Mine now", "visibility": "private"}),
        (address("delete_list", winter), {}),
        (address("note", winter, item.pk), {"note": "mine"}),
        (address("remove_item", winter, item.pk), {}),
    ]
    for path, fields in posts:
        assert browser_of(carol).post(path, fields).status_code == 403
        assert browser_of(None).post(path, fields)["Location"].startswith("/accounts/login/")
    ReadingList.objects.update(visibility=Visibility.PRIVATE)
    for path, fields in posts:
        assert browser_of(carol).post(path, fields).status_code == 404
    winter.refresh_from_db()
    assert (winter.title, winter.items.get().note) == ("Winter", "Read it twice.")


def test_a_teams_readers_may_look_and_its_members_may_change(graph_lab: Team, bob: User, carol: User) -> None:
    add_member(team=graph_lab, user=carol, role=Role.READER)
    shared = create_list(owner=graph_lab.namespace, title="Shared")
    changes = {"title": "Changed", "visibility": "private"}
    assert browser_of(carol).get(shared.get_absolute_url()).status_code == 200
    assert browser_of(carol).post(address("edit_list", shared), changes).status_code == 403
    assert browser_of(bob).post(address("edit_list", shared), changes)["Location"] == shared.get_absolute_url()


def test_a_list_shows_papers_in_its_order_with_notes(winter: ReadingList, alice: User) -> None:
    add_paper(reading_list=winter, paper=make_paper(title="Ice"), user=alice)
    page = browser_of(None).get(winter.get_absolute_url()).content.decode()
    assert page.index("Snow") < page.index("Read it twice.") < page.index("Ice")
    assert "Take out" not in page


def test_a_note_and_a_paper_are_changed_by_their_editor(winter: ReadingList, alice: User) -> None:
    item = winter.items.get()
    saved = browser_of(alice).post(address("note", winter, item.pk), {"note": "Skip it.", "version": item.note_version})
    assert saved["Location"] == f"{winter.get_absolute_url()}#paper-{item.paper_id}"
    item.refresh_from_db()
    assert item.note == "Skip it."
    browser_of(alice).post(address("remove_item", winter, item.pk))
    assert not ListItem.objects.in_lists().exists()


def test_a_note_that_is_too_long_is_refused_in_words(winter: ReadingList, alice: User) -> None:
    item = winter.items.get()
    page = browser_of(alice).post(address("note", winter, item.pk), {"note": "x" * 5_001}, follow=True)
    assert "at most 5000 characters" in page.content.decode()
    item.refresh_from_db()
    assert item.note == "Read it twice."


def test_a_new_list_belongs_to_oneself_or_to_ones_team(graph_lab: Team, alice: User, carol: User) -> None:
    fields = {"title": "Spring", "visibility": "private", "description": ""}
    made = browser_of(alice).post(reverse("papers:new_list"), {**fields, "owner": graph_lab.namespace.pk})
    assert made["Location"] == "/lists/graph-lab/spring/"
    refused = browser_of(carol).post(reverse("papers:new_list"), {**fields, "owner": graph_lab.namespace.pk})
    assert "Select a valid choice" in refused.content.decode()
    assert ReadingList.objects.count() == 1


def test_a_deleted_list_is_gone(winter: ReadingList, alice: User) -> None:
    assert browser_of(alice).post(address("delete_list", winter))["Location"] == reverse("papers:lists")
    assert not ReadingList.objects.exists()


def test_my_lists_are_mine_and_my_teams(winter: ReadingList, graph_lab: Team, alice: User, carol: User) -> None:
    create_list(owner=graph_lab.namespace, title="Of the lab")
    create_list(owner=carol.namespace, title="Of carol", visibility=Visibility.PUBLIC)
    page = browser_of(alice).get(reverse("papers:lists")).content.decode()
    assert "Winter" in page
    assert "Of the lab" in page
    assert "Of carol" not in page


def test_a_reader_without_lists_is_taught_what_they_are_for(alice: User) -> None:
    assert "A list is a reading plan" in browser_of(alice).get(reverse("papers:lists")).content.decode()


def test_a_list_page_asks_the_database_no_more_for_more_papers(
    winter: ReadingList, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    add_paper(reading_list=winter, paper=make_paper(), user=alice)
    reader = browser_of(alice)
    with django_assert_max_num_queries(100) as few:
        reader.get(winter.get_absolute_url())
    for _ in range(10):
        add_paper(reading_list=winter, paper=make_paper(), user=alice)
    with django_assert_max_num_queries(len(few)):
        reader.get(winter.get_absolute_url())


def test_people_and_teams_are_seen_by_what_they_show(winter: ReadingList, graph_lab: Team, alice: User, bob: User, carol: User) -> None:
    create_list(owner=alice.namespace, title="Secret")
    page = browser_of(None).get("/people/alice/").content.decode()
    assert "Winter" in page
    assert "Secret" not in page
    assert "Secret" in browser_of(alice).get("/people/alice/").content.decode()
    assert [browser_of(who).get("/people/graph-lab/").status_code for who in (bob, carol, None)] == [200, 404, 404]
    assert [browser_of(who).get("/people/bob/").status_code for who in (bob, carol, None)] == [200, 404, 404]
