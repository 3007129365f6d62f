"""Many papers of lists at once: add, take out and bring back, copy, move, merge; and what may be there twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.memberships import Refused
from accounts.models import Event, Team, User
from papers.actions.list_copies import copy_list, merge_lists, move_list
from papers.actions.list_items import add_papers, bring_back, copy_papers, forget_removals, move_papers, take_out
from papers.actions.list_order import move_item
from papers.actions.lists import add_paper, create_list, delete_list
from papers.actions.nesting import nest_list
from papers.actions.sharing import share_list
from papers.models import ListItem, Paper, PaperStats, ReadingList, Visibility
from tests.api import Program
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(db: None) -> dict[str, Paper]:
    return {letter: make_paper(title=letter) for letter in "abcde"}


@pytest.fixture
def shelf(alice: User, papers: dict[str, Paper]) -> ReadingList:
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    for letter, paper in papers.items():
        add_paper(reading_list=made, paper=paper, user=alice, note=f"note {letter}" if letter in "bd" else "")
    return made


@pytest.fixture
def other(alice: User, papers: dict[str, Paper]) -> ReadingList:
    made = create_list(owner=alice.namespace, title="Other", user=alice)
    add_paper(reading_list=made, paper=papers["d"], user=alice, note="mine")
    return made


def keys(papers: dict[str, Paper], letters: str) -> list[int]:
    return [papers[letter].pk for letter in letters]


def titles(reading_list: ReadingList) -> str:
    return "".join(reading_list.items.order_by("position").values_list("paper__title", flat=True))


def expect_true_counts() -> None:
    for reading_list in ReadingList.objects.all():
        assert reading_list.item_count == reading_list.items.count(), reading_list
    for stats in PaperStats.objects.all():
        assert stats.save_count == ListItem.objects.in_lists().filter(paper=stats.paper_id).count()


def test_papers_are_added_in_their_order_and_none_twice(other: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    change = add_papers(reading_list=other, papers=keys(papers, "edbbd"), user=alice)
    assert (change.done, change.left) == (keys(papers, "eb"), keys(papers, "d"))
    assert titles(other) == "deb"
    expect_true_counts()


def test_what_is_taken_out_comes_back_with_note_and_place(shelf: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    before = list(shelf.items.order_by("pk").values_list("pk", "position", "note", "added_by", "added_at"))
    change = take_out(reading_list=shelf, papers=keys(papers, "bd"), user=alice)
    assert titles(shelf) == "ace"
    expect_true_counts()
    assert change.removal
    bring_back(reading_list=shelf, removal=change.removal, user=alice)
    assert list(shelf.items.order_by("pk").values_list("pk", "position", "note", "added_by", "added_at")) == before
    expect_true_counts()
    with pytest.raises(Http404):
        bring_back(reading_list=shelf, removal=change.removal, user=alice)


def test_it_comes_back_between_its_neighbours_whatever_happened_meanwhile(
    shelf: ReadingList, alice: User, papers: dict[str, Paper]
) -> None:
    change = take_out(reading_list=shelf, papers=keys(papers, "b"), user=alice)
    place = {item.paper.title: item for item in shelf.items.select_related("paper", "reading_list")}
    for round_number in range(14):  # until the list is numbered anew
        move_item(item=place["de"[round_number % 2]], after=place["c"])
    assert titles(shelf) == "aced"
    assert change.removal
    bring_back(reading_list=shelf, removal=change.removal, user=alice)
    assert titles(shelf) == "abced"


def test_a_place_that_was_taken_meanwhile_is_shared_out(shelf: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    position = shelf.items.get(paper=papers["b"]).position
    change = take_out(reading_list=shelf, papers=keys(papers, "b"), user=alice)
    shelf.items.filter(paper=papers["e"]).update(position=position)
    assert change.removal
    bring_back(reading_list=shelf, removal=change.removal, user=alice)
    assert titles(shelf) == "abecd"


def test_what_was_added_again_meanwhile_stays_as_it_is(shelf: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    change = take_out(reading_list=shelf, papers=keys(papers, "bc"), user=alice)
    add_paper(reading_list=shelf, paper=papers["b"], user=alice, note="newer")
    assert change.removal
    back = bring_back(reading_list=shelf, removal=change.removal, user=alice)
    assert (back.done, back.left) == (keys(papers, "c"), keys(papers, "b"))
    assert titles(shelf) == "acdeb"
    assert shelf.items.get(paper=papers["b"]).note == "newer"
    expect_true_counts()


def test_a_removal_is_undone_by_its_maker_or_an_editor_and_for_a_day(
    shelf: ReadingList, alice: User, bob: User, carol: User, papers: dict[str, Paper]
) -> None:
    share_list(reading_list=shelf, to=bob.namespace, may="add", user=alice)
    share_list(reading_list=shelf, to=carol.namespace, may="add", user=alice)
    change = take_out(reading_list=shelf, papers=keys(papers, "b"), user=bob)
    assert change.removal
    with pytest.raises(Http404):
        bring_back(reading_list=shelf, removal=change.removal, user=carol)
    with pytest.raises(Http404):
        bring_back(reading_list=shelf, removal=uuid4(), user=alice)
    bring_back(reading_list=shelf, removal=change.removal, user=bob)
    later = take_out(reading_list=shelf, papers=keys(papers, "bc"), user=bob).removal
    assert later
    assert forget_removals() == 0
    ListItem.objects.filter(removal=later).update(removed_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(Http404):
        bring_back(reading_list=shelf, removal=later, user=alice)
    assert forget_removals() == 2
    expect_true_counts()


def test_a_deleted_list_takes_what_was_taken_out_of_it_along(shelf: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    take_out(reading_list=shelf, papers=keys(papers, "b"), user=alice)
    delete_list(reading_list=shelf)
    assert not ListItem.objects.exists()
    expect_true_counts()


def test_papers_are_copied_with_their_notes(shelf: ReadingList, other: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    change = copy_papers(source=shelf, target=other, papers=keys(papers, "dba"), user=alice)
    assert (change.done, change.left) == (keys(papers, "ab"), keys(papers, "d"))
    assert (titles(shelf), titles(other)) == ("abcde", "dab")
    assert list(other.items.order_by("position").values_list("note", flat=True)) == ["mine", "", "note b"]
    expect_true_counts()
    with pytest.raises(Refused):
        copy_papers(source=shelf, target=shelf, papers=[], user=alice)


def test_papers_are_moved_and_stay_the_rows_they_are(shelf: ReadingList, other: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    row = shelf.items.get(paper=papers["b"]).pk
    change = move_papers(source=shelf, target=other, papers=keys(papers, "dba"), user=alice)
    assert sorted(change.done) == sorted(keys(papers, "abd"))
    assert (titles(shelf), titles(other)) == ("ce", "dab")
    assert other.items.get(paper=papers["b"]).pk == row
    assert other.items.get(paper=papers["d"]).note == "mine"
    expect_true_counts()
    assert change.removal  # d was in both
    bring_back(reading_list=shelf, removal=change.removal, user=alice)
    assert titles(shelf) == "cde"


def test_hundreds_take_as_many_statements_as_two(alice: User) -> None:
    some = [make_paper().pk for _ in range(2)]
    many = [*some, *(make_paper().pk for _ in range(60))]
    found = []
    for chosen in (some, many):
        one, two = (create_list(owner=alice.namespace, title=title) for title in ("One", "Two"))
        with CaptureQueriesContext(connection) as captured:
            add_papers(reading_list=one, papers=chosen, user=alice)
            copy_papers(source=one, target=two, papers=chosen[:1], user=alice)
            move_papers(source=one, target=two, papers=chosen, user=alice)
            removal = take_out(reading_list=two, papers=chosen, user=alice).removal
            assert removal
            bring_back(reading_list=two, removal=removal, user=alice)
        found.append(len(captured))
        assert two.items.count() == len(chosen)
    assert found[0] == found[1]
    expect_true_counts()


# --- Whole lists --------------------------------------------------------------------------


def test_a_list_is_copied_by_whoever_may_read_it(shelf: ReadingList, bob: User, graph_lab: Team) -> None:
    made = copy_list(reading_list=shelf, owner=bob.namespace, user=bob)
    assert (titles(made), made.title, made.visibility, made.item_count) == ("abcde", "Shelf (copy)", Visibility.PRIVATE, 5)
    assert copy_list(reading_list=shelf, owner=graph_lab.namespace, user=bob).owner == graph_lab.namespace
    with pytest.raises(PermissionDenied):
        copy_list(reading_list=shelf, owner=shelf.owner, user=bob)
    expect_true_counts()


def test_a_list_is_given_to_another_name_with_those_inside_it(
    shelf: ReadingList, other: ReadingList, alice: User, bob: User, graph_lab: Team
) -> None:
    nest_list(reading_list=other, parent=shelf, user=alice)
    create_list(owner=graph_lab.namespace, title="Shelf")
    with pytest.raises(Refused):
        move_list(reading_list=other, owner=graph_lab.namespace, user=alice)
    moved = move_list(reading_list=shelf, owner=graph_lab.namespace, user=alice)
    assert moved.get_absolute_url() == "/lists/graph-lab/shelf-2/"
    assert ReadingList.objects.editable_by(bob).filter(pk__in=[shelf.pk, other.pk]).count() == 2
    assert ReadingList.objects.get(pk=other.pk).owner == graph_lab.namespace
    assert Event.objects.filter(kind="list.made", team=graph_lab, facts__list="Shelf").exists()
    with pytest.raises(PermissionDenied):
        move_list(reading_list=moved, owner=bob.namespace, user=bob)


def test_two_lists_become_one_and_no_note_is_lost(shelf: ReadingList, other: ReadingList, alice: User, papers: dict[str, Paper]) -> None:
    merge_lists(keep=other, other=shelf, user=alice)
    assert titles(other) == "dabce"
    assert list(other.items.order_by("position").values_list("note", flat=True))[:3] == ["mine\n\nnote d", "", "note b"]
    assert not ReadingList.objects.filter(pk=shelf.pk).exists()
    expect_true_counts()


def test_lists_are_merged_by_those_who_may_delete_one_and_edit_the_other(
    shelf: ReadingList, other: ReadingList, alice: User, bob: User
) -> None:
    own = create_list(owner=bob.namespace, title="Of Bob", user=bob)
    with pytest.raises(PermissionDenied):
        merge_lists(keep=own, other=shelf, user=bob)
    with pytest.raises(PermissionDenied):
        merge_lists(keep=shelf, other=own, user=bob)
    nest_list(reading_list=other, parent=shelf, user=alice)
    with pytest.raises(Refused, match="holds other lists"):
        merge_lists(keep=other, other=shelf, user=alice)


def test_papers_of_one_title_are_shown_side_by_side(shelf: ReadingList, alice: User, alices_browser: Client) -> None:
    for title in ("On graphs: a survey", "On Graphs — A Survey"):
        add_paper(reading_list=shelf, paper=make_paper(title=title), user=alice)
    page = alices_browser.get("/lists/alice/shelf/duplicates/")
    assert [[item.paper.title for item in group] for group in page.context["groups"]] == [["On graphs: a survey", "On Graphs — A Survey"]]
    assert "admin site" not in page.content.decode()
    alice.is_staff = True
    alice.save()
    assert "Merge these records" in alices_browser.get("/lists/alice/shelf/duplicates/").content.decode()


# --- Both skins ---------------------------------------------------------------------------


def test_ticked_papers_are_taken_out_and_brought_back_by_one_button(
    shelf: ReadingList, alices_browser: Client, papers: dict[str, Paper]
) -> None:
    items = list(shelf.items.filter(paper__in=keys(papers, "bd")).values_list("pk", flat=True))
    page = alices_browser.post("/lists/alice/shelf/bulk", {"what": "remove", "item": items}, follow=True).content.decode()
    assert "2 papers are taken out." in page
    removal = shelf.removed_items.first().removal
    assert f'action="/lists/alice/shelf/removals/{removal}/undo"' in page
    page = alices_browser.post(f"/lists/alice/shelf/removals/{removal}/undo", follow=True).content.decode()
    assert "2 papers are back in “Shelf”." in page
    assert titles(shelf) == "abcde"


def test_a_single_removal_can_be_undone_too(shelf: ReadingList, alices_browser: Client, papers: dict[str, Paper]) -> None:
    for address, fields in [
        (f"/lists/alice/shelf/{shelf.items.get(paper=papers['b']).pk}/remove", {}),
        (f"/papers/{papers['c'].slug}/save", {"action": "remove", "list": shelf.pk}),
    ]:
        page = alices_browser.post(address, fields, follow=True).content.decode()
        assert "/undo" in page


def test_ticked_papers_are_copied_and_moved(
    shelf: ReadingList, other: ReadingList, alices_browser: Client, papers: dict[str, Paper]
) -> None:
    items = list(shelf.items.filter(paper__in=keys(papers, "ab")).values_list("pk", flat=True))
    alices_browser.post("/lists/alice/shelf/bulk", {"what": "copy", "item": items, "to": other.pk})
    assert titles(other) == "dab"
    page = alices_browser.post("/lists/alice/shelf/bulk", {"what": "move", "all": "1", "to": other.pk}, follow=True).content.decode()
    assert "5 papers are moved." in page
    assert (titles(shelf), titles(other)) == ("", "dabce")


@pytest.mark.parametrize(
    "fields", [{}, {"what": "remove"}, {"what": "burn", "all": "1"}, {"what": "move", "all": "1"}, {"what": "copy", "item": "x" * 9}]
)
def test_a_bulk_form_that_says_nothing_changes_nothing(shelf: ReadingList, alices_browser: Client, fields: dict[str, str]) -> None:
    assert alices_browser.post("/lists/alice/shelf/bulk", fields).status_code == 302
    assert titles(shelf) == "abcde"


def test_whole_lists_are_copied_moved_and_merged_on_a_page(
    shelf: ReadingList, other: ReadingList, alices_browser: Client, graph_lab: Team
) -> None:
    address = "/lists/alice/shelf/copy/"
    made = alices_browser.post(address, {"what": "copy", "to": shelf.owner_id})
    assert made["Location"] == "/lists/alice/shelf-copy/"
    merged = alices_browser.post("/lists/alice/shelf-copy/copy/", {"what": "merge", "to": other.pk})
    assert (merged["Location"], titles(other)) == ("/lists/alice/other/", "dabce")
    moved = alices_browser.post(address, {"what": "move", "to": graph_lab.namespace.pk})
    assert moved["Location"] == "/lists/graph-lab/shelf/"
    assert alices_browser.post("/lists/graph-lab/shelf/copy/", {"what": "burn"}).status_code == 400


def test_a_program_changes_hundreds_and_is_told_what_was_refused(
    shelf: ReadingList, other: ReadingList, alice: User, papers: dict[str, Paper]
) -> None:
    program, address = Program(alice), "/lists/alice/other/items/bulk/"
    names = [papers["a"].arxiv_id, f"arXiv:{papers['b'].arxiv_id}v3", "https://arxiv.org/abs/9912.99999", papers["d"].slug]
    answer = program.ask("post", address, {"action": "add", "papers": names}).json()
    assert answer["done"] == [papers["a"].slug, papers["b"].slug]
    assert answer["refused"] == [
        {"paper": "https://arxiv.org/abs/9912.99999", "reason": "There is no such paper."},
        {"paper": papers["d"].slug, "reason": "It is in the list already."},
    ]
    removed = program.ask("post", address, {"action": "remove", "papers": [papers["a"].slug, papers["e"].slug]}).json()
    assert (removed["done"], [row["paper"] for row in removed["refused"]]) == ([papers["a"].slug], [papers["e"].slug])
    back = program.ask("post", address, {"action": "undo", "removal": removed["removal"]}).json()
    assert (back["done"], titles(other)) == ([papers["a"].slug], "dab")
    moved = program.ask("post", "/lists/alice/shelf/items/bulk/", {"action": "move", "papers": [papers["e"].slug], "to": "alice/other"})
    assert (moved.json()["done"], titles(shelf)) == ([papers["e"].slug], "abcd")
    for wrong in (
        {"action": "burn"},
        {"action": "copy"},
        {"action": "undo"},
        {"action": "copy", "to": "x/y"},
        {"action": "add", "papers": ["x"] * 1_001},
    ):
        assert program.ask("post", address, wrong).status_code == 400


def test_many_names_are_resolved_as_each_one_is(papers: dict[str, Paper]) -> None:
    found = make_paper(arxiv_id="", doi="10.1000/abc", title="By DOI")
    names = ["doi:10.1000/abc", "https://doi.org/10.1000/abc", found.slug, papers["a"].slug, "nobody"]
    one_by_one = {name: paper.pk for name in names if (paper := Paper.objects.called(name).first())}
    assert Paper.objects.keys_of(names) == one_by_one
    assert len(one_by_one) == 4


def test_a_program_copies_moves_and_merges_whole_lists(shelf: ReadingList, other: ReadingList, alice: User, graph_lab: Team) -> None:
    program = Program(alice)
    copied = program.ask("post", "/lists/alice/shelf/whole/", {"action": "copy", "to": "graph-lab"})
    assert (copied.status_code, copied.json()["owner"]) == (201, "graph-lab")
    merged = program.ask("post", "/lists/alice/shelf/whole/", {"action": "merge", "to": "alice/other"})
    assert (merged.status_code, merged.json()["item_count"]) == (200, 5)
    moved = program.ask("post", "/lists/alice/other/whole/", {"action": "move", "to": "graph-lab"})
    assert moved.json()["owner"] == "graph-lab"
    assert program.ask("post", "/lists/graph-lab/other/whole/", {"action": "merge", "to": "graph-lab/other"}).status_code == 409
