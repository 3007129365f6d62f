"""Copies of a list that programs keep: they ask for what changed since their version, and end as the list is."""

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.http import Http404

from accounts.actions.memberships import Refused
from accounts.models import User
from papers.actions.list_copies import merge_lists
from papers.actions.list_items import add_papers, bring_back, copy_papers, move_papers, take_out
from papers.actions.list_order import make_room, move_item_to
from papers.actions.lists import add_paper, change_list, create_list, delete_list, remove_paper
from papers.actions.merging import merge_papers
from papers.actions.nesting import nest_list
from papers.actions.notes import NoteChanged, write_note
from papers.actions.removal import delete_papers
from papers.actions.sharing import share_list
from papers.actions.tagging import tag_papers, untag_papers, write_tags
from papers.actions.tags import change_tag, delete_tag
from papers.models import ListItem, Paper, ReadingList, Tag, Tombstone
from tests.api import Program
from tests.factories import make_paper, make_papers, make_user
from tests.papers.copies import Copy, Row
from tests.threads import at_once

# What one transaction does has one version, so each change needs one of its own.
pytestmark = pytest.mark.django_db(transaction=True)
FULL = os.environ.get("FAULTS") == "full"
EDITS = 1_500 if FULL else 40  # of each writer
WRITERS, LENGTH, SPARE = 4, 5_000, 500
SHELF = "/lists/alice/shelf/"


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """Alice's list with three papers."""
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    add_papers(reading_list=made, papers=[paper.pk for paper in make_papers({}, {}, {})], user=alice)
    return ReadingList.objects.get(pk=made.pk)


def on_server(reading_list: ReadingList) -> dict[str, Row]:
    items = reading_list.items.order_by("position").select_related("paper").with_tags()
    return {item.paper.slug: (item.note, tuple(item.tag_names), item.position, item.version) for item in items}


def check(copy: Copy, reading_list: ReadingList) -> None:
    here = on_server(reading_list)
    assert copy.items == here
    assert copy.order() == list(here)


def items_of(reading_list: ReadingList) -> list[ListItem]:
    return list(ListItem.objects.filter(reading_list=reading_list).select_related("reading_list", "paper").order_by("position"))


# --- What is a change -------------------------------------------------------------------------


def test_every_kind_of_change_reaches_a_copy_and_nothing_else_travels(alice: User, shelf: ReadingList) -> None:
    first, second, third = items_of(shelf)
    write_tags(item=first, names=["old"])
    copy = Copy(Program(alice), SHELF)
    copy.sync()
    paper = make_paper()
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    add_paper(reading_list=other, paper=make_paper(), user=alice, note="from there")
    changes: list[tuple[int, Callable[[], Any]]] = [
        (1, lambda: write_note(item=first, note="why")),
        (1, lambda: write_tags(item=first, names=["to teach"])),
        (2, lambda: tag_papers(reading_list=shelf, papers=[second.paper_id, third.paper_id], names=["b"], items=ListItem.objects.all())),
        (1, lambda: untag_papers(reading_list=shelf, papers=[second.paper_id], names=["b"], items=ListItem.objects.all())),
        (1, lambda: change_tag(tag=Tag.objects.get(name="to teach"), name="To teach", colour="teal")),
        (1, lambda: delete_tag(tag=Tag.objects.get(name="b"))),
        (1, lambda: move_item_to(item=third, place=0)),
        (3, lambda: make_room(shelf)),
        (1, lambda: add_paper(reading_list=shelf, paper=paper, user=alice)),
        (0, lambda: remove_paper(reading_list=shelf, paper=paper, user=alice)),
        (1, lambda: bring_back(reading_list=shelf, removal=ListItem.objects.get(paper=paper).removal, user=alice)),  # type: ignore[arg-type]
        (1, lambda: copy_papers(source=other, target=shelf, papers=list(other.items.values_list("paper", flat=True)), user=alice)),
        (0, lambda: move_papers(source=shelf, target=other, papers=[paper.pk], user=alice)),
        (1, lambda: move_papers(source=other, target=shelf, papers=[paper.pk], user=alice)),
        (0, lambda: delete_papers(papers=[paper])),
    ]
    for number, (travels, change) in enumerate(changes):
        before, taken = copy.version, copy.taken
        change()
        assert copy.sync() > before, number
        check(copy, shelf)
        assert copy.taken - taken == travels, number


def test_what_is_no_change_gives_no_version(alice: User, shelf: ReadingList) -> None:
    item = items_of(shelf)[0]
    write_tags(item=item, names=["a"])
    tag = Tag.objects.get()
    before = ReadingList.objects.get(pk=shelf.pk).version
    write_note(item=item, note="")
    write_tags(item=item, names=["a"])
    change_tag(tag=tag, name=tag.name, colour="red")
    change_list(reading_list=shelf, user=alice, title="Shelf of mine")
    ListItem.objects.filter(pk=item.pk).update(added_by=None)
    take_out(reading_list=shelf, papers=[], user=alice)
    assert ReadingList.objects.get(pk=shelf.pk).version == before


def test_what_fails_gives_no_version(alice: User, shelf: ReadingList) -> None:
    before = ReadingList.objects.get(pk=shelf.pk).version
    first, second, _third = items_of(shelf)
    with transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic():
            write_note(item=first, note="no")
            raise ZeroDivisionError
        write_note(item=second, note="yes")  # and the mark of what was taken back is taken back, too
    now = ReadingList.objects.get(pk=shelf.pk).version
    assert now > before
    assert [item.version == now for item in items_of(shelf)] == [False, True, False]


def test_one_transaction_is_one_version(alice: User, shelf: ReadingList) -> None:
    with transaction.atomic():
        for item in items_of(shelf):
            write_note(item=item, note="all")
            write_tags(item=item, names=["a", "b", "c"])
    assert set(ListItem.objects.values_list("version", flat=True)) == {ReadingList.objects.get(pk=shelf.pk).version}


def test_merged_papers_change_their_name_in_a_copy(alice: User, shelf: ReadingList) -> None:
    keep, other, both = make_papers({}, {}, {})
    add_papers(reading_list=shelf, papers=[other.pk], user=alice)
    copy = Copy(Program(alice), SHELF)
    copy.sync()
    merge_papers(keep=keep, other=other)
    copy.sync()
    check(copy, shelf)
    assert (keep.slug in copy.items, other.slug in copy.items) == (True, False)
    add_papers(reading_list=shelf, papers=[both.pk], user=alice)
    write_note(item=ListItem.objects.get(paper=both), note="of the other")
    copy.sync()
    merge_papers(keep=keep, other=both)
    copy.sync()
    check(copy, shelf)
    assert copy.items[keep.slug][0] == "of the other"


def test_two_lists_made_one_are_followed(alice: User, shelf: ReadingList) -> None:
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    add_papers(reading_list=other, papers=[make_paper().pk, items_of(shelf)[0].paper_id], user=alice)
    write_note(item=items_of(other)[1], note="joined")
    copy = Copy(Program(alice), SHELF)
    copy.sync()
    merge_lists(keep=shelf, other=other, user=alice)
    copy.sync()
    check(copy, shelf)
    assert len(copy.items) == 4
    assert not Tombstone.objects.filter(reading_list=other.pk).exists()


def test_a_deleted_list_leaves_no_tombstones(alice: User, shelf: ReadingList) -> None:
    write_tags(item=items_of(shelf)[0], names=["a"])
    remove_paper(reading_list=shelf, paper=items_of(shelf)[2].paper, user=alice)
    assert Tombstone.objects.count() == 1
    with transaction.atomic():
        alice.delete()  # whoever deletes its items, and in whatever order
        assert not Tombstone.objects.exists()
        transaction.set_rollback(True)
    delete_list(reading_list=shelf)
    assert not Tombstone.objects.exists()


def test_stale_rows_that_are_written_back_whole_lose_no_version(alice: User, shelf: ReadingList) -> None:
    stale, item = ReadingList.objects.get(pk=shelf.pk), items_of(shelf)[0]
    write_note(item=items_of(shelf)[0], note="new")
    now = ReadingList.objects.get(pk=shelf.pk).version
    stale.save()
    item.note = "new"
    item.save()
    assert (ReadingList.objects.get(pk=shelf.pk).version, ListItem.objects.get(pk=item.pk).version) == (now, now)


# --- The protocol -----------------------------------------------------------------------------


def test_every_answer_tells_the_version_and_an_unchanged_list_is_304(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    version = str(program.get(SHELF)["version"])
    for address in ("items/", "items/?order=votes", "items/?since_version=0", "deleted/"):
        assert program.ask("get", SHELF + address)["Last-Modified-Version"] == version, address
        known = program.ask("get", SHELF + address, HTTP_IF_MODIFIED_SINCE_VERSION=version)
        assert (known.status_code, known["Last-Modified-Version"], known.content) == (304, version, b""), address
    write_note(item=items_of(shelf)[0], note="new")
    assert program.ask("get", SHELF + "items/", HTTP_IF_MODIFIED_SINCE_VERSION=version).status_code == 200


def test_a_version_that_means_nothing_here_is_refused(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    for bad in ("x", "-1", "1.5", "9" * 19, "٣"):
        assert program.ask("get", f"{SHELF}items/?since_version={bad}").status_code == 400, bad
    for together in ("order=hand", "tag=a"):
        assert program.ask("get", f"{SHELF}items/?since_version=0&{together}").status_code == 400
    for part in ("items", "deleted"):
        assert program.ask("get", f"{SHELF}{part}/?since_version={shelf.version + 10**9}").status_code == 410, part


def test_a_copy_of_a_list_that_was_made_anew_is_told_to_begin_anew(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    known = program.get(SHELF)["version"]
    delete_list(reading_list=shelf)
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    add_paper(reading_list=made, paper=make_paper(), user=alice)
    assert program.ask("get", f"{SHELF}items/?since_version={known}").status_code == 410
    assert len(program.get(f"{SHELF}items/?since_version=0")["results"]) == 1


def test_whom_a_list_is_opened_to_is_not_told_what_was_taken_out_before(alice: User, shelf: ReadingList) -> None:
    def remove() -> str:
        paper = make_paper()
        add_paper(reading_list=shelf, paper=paper, user=alice)
        remove_paper(reading_list=shelf, paper=paper, user=alice)
        return paper.slug

    bob, program, visitor = make_user("bob"), Program(alice), Program()
    box = create_list(owner=alice.namespace, title="Box", user=alice)
    openings: list[Callable[[], Any]] = [
        lambda: share_list(reading_list=shelf, to=bob.namespace, may="read", user=alice),
        lambda: change_list(reading_list=shelf, user=alice, visibility="instance"),
        lambda: nest_list(reading_list=shelf, parent=box, user=alice),
        lambda: change_list(reading_list=box, user=alice, visibility="public"),
    ]
    for number, opening in enumerate(openings):
        before, secret, known = program.get(SHELF)["version"], remove(), program.get(SHELF)["version"]
        assert secret in str(program.get(f"{SHELF}deleted/?since_version={before}"))
        opening()
        assert program.ask("get", f"{SHELF}deleted/?since_version={known}").status_code == 410, number
    since = program.get(SHELF)["version"]
    told = remove()
    for nothing in ("", "?since_version=0"):  # whoever has no copy, be it somebody who has just joined, learns of nothing that is gone
        assert program.get(f"{SHELF}deleted/{nothing}")["results"] == []
    assert [paper["slug"] for paper in visitor.get(f"{SHELF}deleted/?since_version={since}")["results"]] == [told]


def test_a_bulk_change_of_a_list_that_has_changed_is_refused(alice: User, shelf: ReadingList) -> None:
    program, paper = Program(alice), make_paper()
    version, wanted = program.get(SHELF)["version"], {"action": "add", "papers": [paper.slug]}
    write_note(item=items_of(shelf)[0], note="meanwhile")
    late = program.ask("post", SHELF + "items/bulk/", wanted, HTTP_IF_UNMODIFIED_SINCE_VERSION=str(version))
    assert (late.status_code, shelf.items.count()) == (412, 3)
    version = program.get(SHELF)["version"]
    done = program.ask("post", SHELF + "items/bulk/", wanted, HTTP_IF_UNMODIFIED_SINCE_VERSION=str(version))
    assert (done.status_code, shelf.items.count()) == (200, 4)
    assert done["Last-Modified-Version"] == str(program.get(SHELF)["version"])


def test_of_bulk_changes_at_once_from_one_version_one_is_done(alice: User, shelf: ReadingList) -> None:
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    papers, version = make_papers(*[{}] * 4), str(Program(alice).get(SHELF)["version"])

    def change(paper: Paper) -> int:
        wanted = {"action": "add", "papers": [paper.slug]}
        return Program(alice).ask("post", SHELF + "items/bulk/", wanted, HTTP_IF_UNMODIFIED_SINCE_VERSION=version).status_code

    def copy() -> int:
        wanted = {"action": "copy", "papers": [items_of(shelf)[0].paper.slug], "to": "alice/other"}
        return Program(alice).ask("post", SHELF + "items/bulk/", wanted).status_code

    codes = at_once([*(partial(change, paper) for paper in papers), copy])
    assert sorted(codes) == [200, 200, 412, 412, 412]
    assert (shelf.items.count(), other.items.count()) == (4, 1)


# --- Under many hands -------------------------------------------------------------------------


def test_a_version_is_seen_only_when_all_lower_ones_are(alice: User, shelf: ReadingList) -> None:
    """Who began first and commits last has not the lower version: it would be lost on a copy that saw the higher one."""
    first, second, _third = items_of(shelf)
    copy, begun, seen = Copy(Program(alice), SHELF), Event(), []
    copy.sync()

    def slow() -> None:
        with transaction.atomic():
            ListItem.objects.filter(pk=first.pk).update(note="slow")  # a writer that forgets the lock
            begun.set()
            time.sleep(0.5)

    def quick() -> None:
        begun.wait(5)
        ListItem.objects.filter(pk=second.pk).update(note="quick")

    def watch() -> None:
        begun.wait(5)
        for _ in range(10):
            copy.sync()
            seen.append({note for note, *_rest in copy.items.values()} - {""})
            time.sleep(0.1)

    assert at_once([slow, quick, watch]) == [None] * 3
    assert {"quick"} not in seen
    check(copy, shelf)


class Writer:
    """Changes a list at random, as fast as it can, through the same actions as pages and programs."""

    def __init__(self, user: User, shelf: ReadingList, other: ReadingList, papers: list[int], seed: int) -> None:
        self.user, self.shelf, self.other, self.papers = user, shelf, other, papers
        self.dice, self.removals, self.done = random.Random(seed), list[UUID](), 0
        self.deeds = [
            self.add,
            self.remove,
            self.note,
            self.note,
            self.tag,
            self.move,
            self.move,
            self.many,
            self.undo,
            self.swap,
            self.name,
        ]

    def work(self, edits: int) -> int:
        for _ in range(edits):
            with suppress(Http404, NoteChanged, Refused):  # somebody else was quicker
                self.dice.choice(self.deeds)()
                self.done += 1
        return self.done

    def some(self, most: int = 30) -> list[int]:
        return self.dice.sample(self.papers, self.dice.randint(1, most))

    def item(self) -> ListItem:
        found = ListItem.objects.filter(reading_list=self.shelf, paper__in=self.some()).select_related("reading_list", "paper").first()
        if found is None:
            raise Http404
        return found

    def add(self) -> None:
        add_paper(reading_list=self.shelf, paper=Paper.objects.get(pk=self.dice.choice(self.papers)), user=self.user)

    def remove(self) -> None:
        remove_paper(reading_list=self.shelf, paper=self.item().paper, user=self.user)

    def note(self) -> None:
        item = self.item()
        write_note(item=item, note=f"note {self.dice.random()}", user=self.user, version=item.note_version)

    def tag(self) -> None:
        write_tags(item=self.item(), names=self.dice.sample(["a", "b", "c", "d", "e"], 2))

    def move(self) -> None:
        move_item_to(item=self.item(), place=self.dice.choice([0, 1, self.dice.randrange(LENGTH)]))

    def many(self) -> None:
        if self.dice.random() < 0.5:
            add_papers(reading_list=self.shelf, papers=self.some(), user=self.user)
        elif removal := take_out(reading_list=self.shelf, papers=self.some(), user=self.user).removal:
            self.removals.append(removal)

    def undo(self) -> None:
        if self.removals:
            bring_back(reading_list=self.shelf, removal=self.removals.pop(), user=self.user)

    def swap(self) -> None:
        copy_papers(source=self.other, target=self.shelf, papers=self.some(), user=self.user)
        move_papers(source=self.shelf, target=self.other, papers=self.some(10), user=self.user)

    def name(self) -> None:
        tag = Tag.objects.filter(owner=self.shelf.owner_id).order_by("?").first()
        if tag:
            change_tag(tag=tag, name=f"{tag.name[0]} {self.dice.randrange(100)}", colour=tag.colour)


def long_list(alice: User) -> tuple[ReadingList, list[int]]:
    papers = [paper.pk for paper in make_papers(*[{}] * (LENGTH + SPARE))]
    shelf = create_list(owner=alice.namespace, title="Shelf", user=alice)
    add_papers(reading_list=shelf, papers=papers[:LENGTH], user=alice)
    return shelf, papers


@pytest.mark.timeout(900 if FULL else 300)
def test_a_copy_that_is_kept_while_four_write_is_as_the_list_is(alice: User) -> None:
    shelf, papers = long_list(alice)
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    add_papers(reading_list=other, papers=papers[-SPARE // 2 :], user=alice)
    writers = [Writer(alice, shelf, other, papers, seed) for seed in range(WRITERS)]
    copy, ended = Copy(Program(alice), SHELF), Event()
    copy.sync()
    at_first, versions = copy.asked, [copy.version]

    def write() -> list[Any]:
        try:
            return at_once([partial(writer.work, EDITS) for writer in writers])
        finally:
            ended.set()

    def follow() -> int:
        while not ended.is_set():
            versions.append(copy.sync())
        return len(versions)

    results, syncs = at_once([write, follow])
    assert all(isinstance(done, int) and done > EDITS / 3 for done in results), results
    assert isinstance(syncs, int), syncs
    assert syncs > 3, "it was read while they wrote"
    copy.sync()
    check(copy, shelf)
    assert versions == sorted(versions)
    assert copy.asked - at_first < LENGTH / 100 * syncs, "only what changed travels"
