"""Tags: one word whatever its case, the list's owner's, kept wherever a paper goes, seen by those who see the list."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.memberships import Refused
from accounts.models import Namespace, Team, User
from papers import models
from papers.actions.citation_keys import give_keys
from papers.actions.filling import Placing, fill_list, place_found
from papers.actions.importing import run_imports, start_import
from papers.actions.indexing import index_papers
from papers.actions.list_copies import copy_list, merge_lists, move_list
from papers.actions.list_items import bring_back, copy_papers, move_papers, take_out
from papers.actions.lists import add_paper, create_list
from papers.actions.merging import merge_papers
from papers.actions.sharing import share_list
from papers.actions.tagging import tag_papers, tidied, untag_papers, usual_colour, write_tags
from papers.actions.tags import change_tag, create_tag, delete_tag, merge_tags
from papers.formats.parting import from_commas, in_commas
from papers.formats.writing import FORMS, About
from papers.models import Colour, ItemTag, ListItem, Paper, ReadingList, Tag, Visibility, WaitingItem
from papers.models.tag import items_tagged
from papers.search import search
from papers.search.watching import found_lately
from papers.streams import list_records
from tests.factories import make_paper
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    return create_list(owner=alice.namespace, title="Shelf", user=alice)


@pytest.fixture
def seminar(graph_lab: Team, alice: User) -> ReadingList:
    return create_list(owner=graph_lab.namespace, title="Seminar", user=alice)


def put(reading_list: ReadingList, *names: str, paper: Paper | None = None, by: User | None = None) -> ListItem:
    """An item with tags."""
    user = by or reading_list.made_by
    assert user
    item, _new = add_paper(reading_list=reading_list, paper=paper or make_paper(), user=user)
    write_tags(item=item, names=names)
    return item


def tags_of(reading_list: ReadingList) -> list[list[str]]:
    return [item.tag_names for item in reading_list.items.order_by("position").with_tags()]


def names_of(owner: Namespace) -> list[str]:
    return list(Tag.objects.filter(owner=owner).by_name().values_list("name", flat=True))


def test_a_tag_is_one_whatever_its_case_and_belongs_to_the_lists_owner(alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    put(shelf, "NLP", "nlp", " to   teach ")
    put(shelf, "Nlp")
    put(seminar, "nlp")
    assert tags_of(shelf) == [["NLP", "to teach"], ["NLP"]]
    assert (names_of(alice.namespace), names_of(seminar.owner)) == (["NLP", "to teach"], ["nlp"])


def test_writing_tags_replaces_those_there_and_says_that_the_list_changed(shelf: ReadingList) -> None:
    item = put(shelf, "a", "b")
    before = timezone.now()
    ReadingList.objects.update(updated_at=before)
    write_tags(item=item, names=["B", "a"])
    shelf.refresh_from_db()
    assert shelf.updated_at == before  # nothing changed
    write_tags(item=item, names=["b", "c"])
    shelf.refresh_from_db()
    assert (tags_of(shelf), shelf.updated_at > before) == ([["b", "c"]], True)
    write_tags(item=item, names=[])
    assert tags_of(shelf) == [[]]


def test_what_is_taken_out_cannot_be_tagged(alice: User, shelf: ReadingList) -> None:
    item = put(shelf)
    take_out(reading_list=shelf, papers=[item.paper_id], user=alice)
    with pytest.raises(Http404):
        write_tags(item=item, names=["a"])


def test_names_are_made_tidy(shelf: ReadingList) -> None:
    assert tidied(["  a \n b ", "", " \t", "\x00", "x" * 99, "a b"]) == ["a b", "x" * 60]
    put(shelf, "a\x00\nb", "é" * 70, "x" * 59 + " y")
    assert set(names_of(shelf.owner)) == {"a b", "é" * 60, "x" * 59}


def test_names_between_commas_come_back() -> None:
    names = ["plain", "with, comma", 'with "quotes"', '"', "a; b", "'"]
    assert from_commas(in_commas(names)) == names
    assert from_commas('a, , "b, c" ,d,') == ["a", "b, c", "d"]
    assert from_commas("") == from_commas(" , \n") == []


@pytest.mark.parametrize("over", [{"name": ""}, {"name": " a"}, {"name": "a\nb"}, {"name": "A"}, {"name": "b", "colour": "mauve"}])
def test_the_database_refuses_what_no_tag_can_be(alice: User, over: dict[str, str]) -> None:
    create_tag(owner=alice.namespace, name="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(**{"owner": alice.namespace, "colour": "red"} | over)


def test_every_colour_is_in_the_style_sheets() -> None:
    folder = Path(models.__path__[0]).parent / "static/papers/css"
    text = (folder / "tags.css").read_text() + (folder / "tokens.css").read_text()
    for colour in Colour.values:
        assert f".tag--{colour} {{" in text
        assert f"--tag-{colour}-soft: light-dark(" in text
    assert usual_colour("NLP") == usual_colour("nlp")


def test_a_tag_comes_back_with_what_was_taken_out(alice: User, shelf: ReadingList) -> None:
    item = put(shelf, "a")
    removal = take_out(reading_list=shelf, papers=[item.paper_id], user=alice).removal
    assert removal
    assert Tag.objects.with_counts_for(alice).get().paper_count == 0
    bring_back(reading_list=shelf, removal=removal, user=alice)
    assert tags_of(shelf) == [["a"]]


def test_a_copy_has_the_same_tags_of_its_own_owner(alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    create_tag(owner=seminar.owner, name="nlp", colour="red")
    item = put(shelf, "NLP", "new")
    Tag.objects.filter(owner=alice.namespace).update(colour="blue")
    copy_papers(source=shelf, target=seminar, papers=[item.paper_id], user=alice)
    assert (tags_of(shelf), tags_of(seminar)) == ([["new", "NLP"]], [["new", "nlp"]])
    assert dict(Tag.objects.filter(owner=seminar.owner).values_list("name", "colour")) == {"nlp": "red", "new": "blue"}
    assert tags_of(copy_list(reading_list=seminar, owner=alice.namespace, user=alice)) == [["new", "NLP"]]


def test_what_moves_takes_its_tags_along(alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    items = [put(shelf, "a", "b"), put(shelf, "b"), put(shelf)]
    move_papers(source=shelf, target=seminar, papers=[item.paper_id for item in items], user=alice)
    assert tags_of(seminar) == [["a", "b"], ["b"], []]
    other = create_list(owner=seminar.owner, title="Other", user=alice)
    move_papers(source=seminar, target=other, papers=[items[0].paper_id], user=alice)
    assert tags_of(other) == [["a", "b"]]
    assert_all_own_tags()


def test_a_list_that_is_given_away_takes_its_tags_along(alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    gone = put(shelf, "a")
    put(shelf, "B")
    put(create_list(owner=alice.namespace, title="Inside", parent=shelf, user=alice), "c")
    create_tag(owner=seminar.owner, name="b")
    removal = take_out(reading_list=shelf, papers=[gone.paper_id], user=alice).removal
    assert removal
    moved = move_list(reading_list=shelf, owner=seminar.owner, user=alice)
    bring_back(reading_list=moved, removal=removal, user=alice)
    assert tags_of(moved) == [["a"], ["b"]]
    assert tags_of(moved.children.get()) == [["c"]]
    assert_all_own_tags()


def test_of_two_lists_made_one_the_tags_are_joined(alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    both, alone = make_paper(), make_paper()
    put(shelf, "a", "X", paper=both)
    put(shelf, "c", paper=alone)
    put(seminar, "b", "x", paper=both)
    merge_lists(keep=seminar, other=shelf, user=alice)
    assert tags_of(seminar) == [["a", "b", "x"], ["c"]]
    assert_all_own_tags()


def test_of_two_papers_made_one_the_tags_are_joined(alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    keep, other = make_paper(), make_paper()
    put(shelf, "a", paper=keep)
    put(shelf, "A", "b", paper=other)
    put(seminar, "c", paper=other)
    merge_papers(keep=keep, other=other)
    assert (tags_of(shelf), tags_of(seminar)) == ([["a", "b"]], [["c"]])


def assert_all_own_tags() -> None:
    """No item has a tag of somebody else's."""
    assert not [tag for tag in ItemTag.objects.select_related("tag", "item__reading_list", "item__removed_from") if is_foreign(tag)]


def is_foreign(given: ItemTag) -> bool:
    here = given.item.reading_list or given.item.removed_from
    return here is None or here.owner_id != given.tag.owner_id


def test_many_are_tagged_as_far_as_they_are_ones_to_change(alice: User, bob: User, shelf: ReadingList) -> None:
    share_list(reading_list=shelf, to=bob.namespace, may="add", user=alice)
    hers, his = put(shelf, "a"), put(shelf, by=bob)
    papers = [hers.paper_id, his.paper_id]
    mine = ListItem.objects.changeable_by(bob)
    assert tag_papers(reading_list=shelf, papers=papers, names=["A", "b"], items=mine) == [his.paper_id]
    assert tags_of(shelf) == [["a"], ["a", "b"]]
    assert untag_papers(reading_list=shelf, papers=papers, names=["a", "no such"], items=mine) == [his.paper_id]
    assert tags_of(shelf) == [["a"], ["b"]]
    assert untag_papers(reading_list=shelf, papers=papers, names=["a"], items=mine) == []


@pytest.mark.parametrize("deed", ["tag", "copy", "move"])
def test_hundreds_take_as_many_statements_as_two(deed: str, alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    counts = []
    for number in (2, 30):
        papers = [make_paper().pk for _ in range(number)]
        fill_list(reading_list=shelf, user=alice, placings=[Placing(paper=paper, tags=("a", f"only {paper}")) for paper in papers])
        with CaptureQueriesContext(connection) as captured:
            if deed == "tag":
                tag_papers(
                    reading_list=shelf, papers=papers, names=["new", "a", f"n {number}"], items=ListItem.objects.changeable_by(alice)
                )
            else:
                (copy_papers if deed == "copy" else move_papers)(source=shelf, target=seminar, papers=papers, user=alice)
        counts.append(len(captured))
    assert counts[1] <= counts[0]


def test_a_tag_is_renamed_wherever_it_is(alice: User, shelf: ReadingList) -> None:
    put(shelf, "old", "other")
    before = timezone.now()
    tag = Tag.objects.get(name="old")
    change_tag(tag=tag, name=" Old  one ", colour="red")
    shelf.refresh_from_db()
    assert (tags_of(shelf), shelf.updated_at > before) == ([["Old one", "other"]], True)
    change_tag(tag=tag, name="OLD ONE", colour="red")  # its own name in another case
    with pytest.raises(Refused, match="Merge the two"):
        change_tag(tag=tag, name="OTHER", colour="red")
    with pytest.raises(Refused):
        create_tag(owner=alice.namespace, name="Other")
    for over in ({"name": " "}, {"colour": "mauve"}):
        with pytest.raises(ValidationError):
            change_tag(tag=tag, **{"name": "x", "colour": "red"} | over)
    tag.delete()
    with pytest.raises(Http404):
        change_tag(tag=Tag(pk=0, name="x", owner=alice.namespace), name="y", colour="red")


def test_two_tags_become_one(alice: User, bob: User, shelf: ReadingList) -> None:
    put(shelf, "a", "b")
    gone = put(shelf, "b")
    removal = take_out(reading_list=shelf, papers=[gone.paper_id], user=alice).removal
    assert removal
    keep, other = Tag.objects.get(name="a"), Tag.objects.get(name="b")
    merge_tags(keep=keep, other=other)
    bring_back(reading_list=shelf, removal=removal, user=alice)
    assert (tags_of(shelf), names_of(alice.namespace)) == ([["a"], ["a"]], ["a"])
    for wrong in (keep, create_tag(owner=bob.namespace, name="a")):
        with pytest.raises(Refused):
            merge_tags(keep=keep, other=wrong)
    with pytest.raises(Http404):
        merge_tags(keep=keep, other=Tag(pk=0, name="x", owner=alice.namespace))


def test_a_tag_that_is_deleted_leaves_the_papers(alice: User, shelf: ReadingList) -> None:
    put(shelf, "a", "b")
    delete_tag(tag=Tag.objects.get(name="a"))
    assert (tags_of(shelf), names_of(alice.namespace)) == ([["b"]], ["b"])


def test_who_sees_the_list_sees_its_tags(alice: User, bob: User, carol: User, graph_lab: Team) -> None:
    places = {
        "private": create_list(owner=alice.namespace, title="Private", user=alice),
        "house": create_list(owner=alice.namespace, title="House", visibility=Visibility.INSTANCE, user=alice),
        "public": create_list(owner=alice.namespace, title="Public", visibility=Visibility.PUBLIC, user=alice),
        "team": create_list(owner=graph_lab.namespace, title="Team", user=alice),
        "lent": create_list(owner=alice.namespace, title="Lent", user=alice),
    }
    share_list(reading_list=places["lent"], to=bob.namespace, may="read", user=alice)
    paper = make_paper()
    for name, reading_list in places.items():
        put(reading_list, name, "all", paper=paper)
    create_tag(owner=alice.namespace, name="unused")

    def seen(reader: "User | AnonymousUser") -> str:
        return " ".join(sorted(set(Tag.objects.visible_to(reader).values_list("name", flat=True))))

    assert seen(alice) == "all house lent private public team unused"
    assert seen(bob) == "all house lent public team"
    assert seen(carol) == "all house public"
    assert seen(AnonymousUser()) == "all public"
    counts = [Tag.objects.with_counts_for(reader).get(name="unused").paper_count for reader in (alice, carol)]
    assert counts == [0, 0]
    of_alice = Tag.objects.get(owner=alice.namespace, name="all")
    assert Tag.objects.with_counts_for(alice).get(pk=of_alice.pk).paper_count == 1
    assert [item.reading_list.slug for item in items_tagged(of_alice, alice)] == ["lent"]  # the latest
    assert [item.reading_list.slug for item in items_tagged(of_alice, carol)] == ["public"]
    assert list(Tag.objects.editable_by(bob).values_list("name", flat=True).order_by("name")) == ["all", "team"]


def bring(user: User, text: str, into: ReadingList, form: str = "") -> None:
    start_import(user=user, name="library", pieces=[text.encode()], form=form, is_wanted=True, into=into)
    run_imports()


@pytest.mark.parametrize("form", ["bib", "ris", "json", "csv", "jsonl"])
def test_a_list_comes_back_with_its_tags_and_twice_is_once(form: str, alice: User, shelf: ReadingList, seminar: ReadingList) -> None:
    for names in (["To teach", "a, b; c", "50% & {x}"], [], ["z", "to teach"]):
        put(shelf, *names, paper=make_paper(authors=("Ada Frost",)))
    give_keys(reading_list=shelf)
    text = "".join(FORMS[form].write(list_records(shelf), About()))
    for _time in range(2):
        bring(alice, text, seminar)
        assert list(list_records(seminar)) == list(list_records(shelf)), form
    assert ItemTag.objects.count() == 10
    assert len(set(names_of(seminar.owner))) == 4


def test_markdown_says_the_tags(shelf: ReadingList) -> None:
    put(shelf, "b", "a")
    assert "Tags: a, b" in "".join(FORMS["md"].write(list_records(shelf), About()))


def test_a_paper_that_is_there_gets_the_tags_of_a_file_too(alice: User, shelf: ReadingList) -> None:
    item = put(shelf, "mine")
    fill_list(reading_list=shelf, user=alice, placings=[Placing(paper=item.paper_id, tags=("Mine", "x" * 90))])
    assert tags_of(shelf) == [["mine", "x" * 60]]


def test_a_tag_that_is_too_long_is_cut_and_the_report_says_so(alice: User, shelf: ReadingList) -> None:
    bring(alice, f"@misc{{a, title={{A}}, doi={{10.1000/1}}, keywords={{{'x' * 61}, b}}}}", shelf)
    assert tags_of(shelf) == [["b", "x" * 60]]


def test_tags_wait_with_papers_that_are_looked_up(alice: User, shelf: ReadingList) -> None:
    text = '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DT><A HREF="https://arxiv.org/abs/2005.14165" TAGS="nlp,read">x</A>\n'
    bring(alice, text, shelf)
    assert WaitingItem.objects.get().tags == ["nlp", "read"]
    make_paper(arxiv_id="2005.14165")
    place_found()
    assert tags_of(shelf) == [["nlp", "read"]]


def test_a_search_finds_papers_by_tags_that_its_reader_may_see(alice: User, bob: User, shelf: ReadingList, seminar: ReadingList) -> None:
    mine, ours, plain = (make_paper(title=f"Graphs of kind {number}") for number in range(3))
    put(shelf, "To Teach", "x", paper=mine)
    put(seminar, "to teach", paper=ours)
    put(shelf, paper=plain)
    index_papers()
    assert set(search('graphs tag:"to teach"', alice).keys) == {mine.pk, ours.pk}
    assert set(search('tag:"TO teach"', bob).keys) == {ours.pk}
    assert search('tag:"to teach" tag:x', alice).keys == [mine.pk]
    assert search("tag:nothing", alice).keys == []
    assert search('tag:""', alice).problems == ('tag:""',)
    assert found_lately("tag:x", alice, since=timedelta(days=1)) == [mine.pk]
    assert found_lately("tag:x", bob, since=timedelta(days=1)) == []


def test_people_who_leave_take_their_tags_with_them(alice: User, seminar: ReadingList, shelf: ReadingList) -> None:
    put(shelf, "mine")
    put(seminar, "ours")
    Namespace.objects.filter(user=alice).delete()
    assert list(Tag.objects.values_list("name", flat=True)) == ["ours"]


@pytest.mark.django_db(transaction=True)
def test_many_who_make_the_same_tags_at_once_make_them_once(graph_lab: Team, alice: User) -> None:
    lists = [create_list(owner=graph_lab.namespace, title=f"List {number}", user=alice) for number in range(6)]
    items = [add_paper(reading_list=each, paper=make_paper(), user=alice)[0] for each in lists]
    names = [f"tag {number}" for number in range(20)]

    def write(number: int) -> None:
        turned = names if number % 2 else names[::-1]
        write_tags(item=items[number], names=[name.upper() if number % 3 else name for name in turned])

    assert at_once([partial(write, number) for number in range(len(items))]) == [None] * len(items)
    assert (Tag.objects.count(), ItemTag.objects.count()) == (20, 120)
