"""Lists that are kept in step with Zotero, against a server that answers as its Web API is documented."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.actions.memberships import Refused
from accounts.actions.tokens import revoke_token
from accounts.models import ApiToken, Scope, User
from papers.actions import zotero_push
from papers.actions.list_items import add_papers, take_out
from papers.actions.lists import create_list, remove_paper
from papers.actions.notes import write_note
from papers.actions.tagging import write_tags
from papers.actions.zotero import ask_for_push, connect_zotero, disconnect_zotero
from papers.actions.zotero_push import push_due
from papers.models import ListItem, ReadingList, ZoteroItem, ZoteroLink
from papers.record import PaperRecord
from papers.zotero.client import AT_ONCE
from papers.zotero.shapes import item_shape, note_shape
from tests.api import Program
from tests.factories import make_papers
from tests.papers.zotero_server import FIELDS, Library, zotero


@pytest.fixture
def library(settings: Any) -> Iterator[Library]:
    with zotero() as running:
        settings.ZOTERO_API, settings.FETCH_PRIVATE = running.url, True
        yield running


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    add_papers(reading_list=made, papers=[paper.pk for paper in make_papers({"title": "One"}, {"title": "Two"})], user=alice)
    first = ListItem.objects.select_related("reading_list").get(paper__title="One")
    write_note(item=first, note="Read **this**")
    write_tags(item=first, names=["to teach", "Baseline"])
    return made


@pytest.fixture
def link(alice: User, shelf: ReadingList, library: Library) -> ZoteroLink:
    made = connect_zotero(reading_list=shelf, user=alice, key=library.key)
    assert push_due() == 1
    made.refresh_from_db()
    assert (made.state, made.problem) == ("runs", "")
    return made


def push() -> ZoteroLink:
    """Bring the list there again, as if some time had gone by."""
    ReadingList.objects.update(version=F("version") + 1)  # in a test all is one transaction, and so one version
    ListItem.objects.filter(reading_list__isnull=False).update(version=F("version") + 1)
    ZoteroLink.objects.update(next_at=timezone.now())
    assert push_due() == 1
    return ZoteroLink.objects.get()


def item_of(title: str) -> ListItem:
    return ListItem.objects.select_related("reading_list", "paper").get(paper__title=title)


def test_a_list_becomes_a_collection_with_notes_and_tags(link: ZoteroLink, library: Library) -> None:
    [collection] = library.collections.values()
    one, two = library.called("One"), library.called("Two")
    assert collection["name"] == "Shelf"
    assert one["collections"] == two["collections"] == [collection["key"]]
    assert [tag["tag"] for tag in one["tags"]] == ["Baseline", "to teach"]
    [note] = [item for item in library.items.values() if item["itemType"] == "note"]
    assert (note["parentItem"], "<strong>this</strong>" in note["note"]) == (one["key"], True)
    assert link.pushed_version == ReadingList.objects.get().version


def test_only_what_changed_travels(link: ZoteroLink, library: Library) -> None:
    before = {key: item["version"] for key, item in library.items.items()}
    write_tags(item=item_of("Two"), names=["new"])
    push()
    assert {item.get("title") for key, item in library.items.items() if item["version"] != before[key]} == {"Two"}
    asked = len(library.asked)
    assert push_due() == 0
    push()
    assert not [each for each in library.asked[asked:] if each.startswith("POST")]


def test_a_note_that_is_taken_away_is_empty_there(link: ZoteroLink, library: Library) -> None:
    item = item_of("One")
    write_note(item=item, note="", version=item.note_version)
    push()
    assert [each["note"] for each in library.items.values() if each["itemType"] == "note"] == [""]


def test_what_was_changed_in_zotero_is_left_as_it_is(link: ZoteroLink, library: Library) -> None:
    library.change(library.called("One")["key"], title="Mine")
    write_tags(item=item_of("One"), names=["other"])
    write_tags(item=item_of("Two"), names=["fine"])
    push()
    assert [tag["tag"] for tag in library.called("Mine")["tags"]] == ["Baseline", "to teach"]
    assert [tag["tag"] for tag in library.called("Two")["tags"]] == ["fine"]
    assert list(ZoteroItem.objects.filter(is_left=True).values_list("slug", flat=True)) == [item_of("One").paper.slug]
    push()
    assert library.called("Mine")["title"] == "Mine"


def test_what_was_deleted_in_zotero_does_not_come_back(link: ZoteroLink, library: Library) -> None:
    library.delete([library.called("Two")["key"]])
    write_tags(item=item_of("Two"), names=["other"])
    push()
    assert [item["title"] for item in library.items.values() if "title" in item] == ["One"]


def test_what_left_the_list_is_deleted_if_it_is_as_it_was_made(link: ZoteroLink, library: Library, shelf: ReadingList) -> None:
    take_out(reading_list=shelf, papers=[item_of("One").paper_id, item_of("Two").paper_id])
    push()
    assert library.items == {}
    assert not ZoteroItem.objects.exists()


@pytest.mark.parametrize("what", ["changed", "with a pdf", "with another note", "filed"])
def test_what_holds_something_of_the_readers_only_leaves_the_collection(
    what: str, link: ZoteroLink, library: Library, shelf: ReadingList
) -> None:
    key = library.called("One")["key"]
    if what == "changed":
        library.change(key, abstractNote="mine")
    elif what == "with a pdf":
        library.post("items", [{"key": "PDFPDFPD", "version": 0, "itemType": "attachment", "parentItem": key, "title": "PDF"}])
    elif what == "with another note":
        [note] = [item["key"] for item in library.items.values() if item["itemType"] == "note"]
        library.change(note, note="mine")
    else:
        library.post("collections", [{"key": "CCCCCCCC", "version": 0, "name": "Thesis"}])
        library.change(key, collections=[link.collection, "CCCCCCCC"])
    remove_paper(reading_list=shelf, paper=item_of("One").paper)
    push()
    assert library.items[key]["collections"] == (["CCCCCCCC"] if what == "filed" else [])
    assert library.called("Two")["collections"] == [link.collection]


def test_a_long_list_goes_in_requests_of_fifty(alice: User, shelf: ReadingList, library: Library) -> None:
    add_papers(reading_list=shelf, papers=[paper.pk for paper in make_papers(*[{}] * 118)], user=alice)
    connect_zotero(reading_list=shelf, user=alice, key=library.key)
    push_due()
    assert ZoteroLink.objects.get().problem == ""
    assert len(library.items) == 121
    assert len([each for each in library.asked if each == "POST /users/1/items"]) == 5
    assert AT_ONCE == 50


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [((429, {"Retry-After": "7200"}), 7200), ((503, {}), 300), ({"Backoff": "600"}, 600)],
)
def test_zotero_is_left_alone_as_long_as_it_asks(fault: Any, seconds: int, alice: User, shelf: ReadingList, library: Library) -> None:
    connect_zotero(reading_list=shelf, user=alice, key=library.key)
    library.faults.append(fault)
    push_due()
    link = ZoteroLink.objects.get()
    assert link.state == "runs"
    assert seconds - 60 < (link.next_at - timezone.now()).total_seconds() <= seconds
    assert len(library.asked) == 2  # about the key, and once more
    assert push_due() == 0
    push()
    assert len(library.items) == 3
    assert ZoteroLink.objects.get().problem == ""


@pytest.mark.parametrize("died_after", [1, 2])
def test_a_push_that_died_makes_nothing_twice(died_after: int, alice: User, shelf: ReadingList, library: Library) -> None:
    """What Zotero wrote is not known here: as if the process had died before it noted anything."""
    connect_zotero(reading_list=shelf, user=alice, key=library.key)
    push_due()
    known = {"version": 0, "note_version": 0, "digest": ""}
    ZoteroItem.objects.filter(pk__in=ZoteroItem.objects.order_by("slug").values("pk")[:died_after]).update(**known)
    ZoteroLink.objects.update(pushed_version=0)
    before = dict(library.items)
    push()
    assert (library.items, len(library.collections)) == (before, 1)
    assert not ZoteroItem.objects.filter(is_left=True).exists()
    write_tags(item=item_of("Two"), names=["later"])
    push()
    assert [tag["tag"] for tag in library.called("Two")["tags"]] == ["later"]


def test_a_key_that_no_longer_works_stops_the_link_and_says_so(link: ZoteroLink, library: Library, alice: User) -> None:
    library.key = "another"
    write_tags(item=item_of("Two"), names=["late"])
    assert push().state == "stopped"
    assert "key" in ZoteroLink.objects.get().problem
    ReadingList.objects.update(version=F("version") + 1)
    assert push_due() == 0
    connect_zotero(reading_list=link.reading_list, user=alice, key="another")
    push_due()
    assert (ZoteroLink.objects.get().state, len(library.items)) == ("runs", 3)


def test_a_key_that_may_not_write_is_refused(alice: User, shelf: ReadingList, library: Library) -> None:
    with pytest.raises(Refused):
        connect_zotero(reading_list=shelf, user=alice, key="wrong")
    with pytest.raises(Refused):
        connect_zotero(reading_list=shelf, user=alice, key=library.key, group=7)
    library.access = {"user": {"library": True, "write": False, "notes": True}, "groups": {"7": {"library": True, "write": True}}}
    with pytest.raises(Refused):
        connect_zotero(reading_list=shelf, user=alice, key=library.key)
    assert connect_zotero(reading_list=shelf, user=alice, key=library.key, group=7).library == "groups/7"


def test_the_link_ends_with_its_makers_right(link: ZoteroLink, library: Library, bob: User, shelf: ReadingList) -> None:
    with pytest.raises(PermissionDenied):
        connect_zotero(reading_list=shelf, user=bob, key=library.key)
    with pytest.raises(PermissionDenied):
        disconnect_zotero(link=link, user=bob)
    ZoteroLink.objects.update(made_by=bob)
    before = dict(library.items)
    write_tags(item=item_of("Two"), names=["secret"])
    assert push().state == "stopped"
    assert library.items == before


def test_a_program_connects_looks_and_ends(alice: User, shelf: ReadingList, library: Library) -> None:
    program, address = Program(alice), "/lists/alice/shelf/zotero/"
    assert program.ask("get", address).status_code == 404
    assert program.ask("put", address, {"key": "wrong"}).status_code == 409
    made = program.ask("put", address, {"key": library.key})
    assert (made.status_code, made.json()["library"], library.key in made.content.decode()) == (200, "users/1", False)
    push_due()
    told = program.get(address)
    assert (told["is_in_step"], told["left_count"], told["problem"]) == (True, 0, "")
    assert program.ask("post", address).status_code == 202
    assert program.ask("delete", address).status_code == 204
    assert (ZoteroLink.objects.count(), len(library.items)) == (0, 3)


def test_a_paper_that_zotero_will_not_have_keeps_no_other_back(link: ZoteroLink, library: Library, alice: User, shelf: ReadingList) -> None:
    add_papers(reading_list=shelf, papers=[paper.pk for paper in make_papers({"title": "Three"}, {"title": "Four"})], user=alice)
    library.refuses = "Three"
    after = push()
    assert (after.state, after.items.filter(is_left=True).count()) == ("runs", 0)
    assert "does not take" in after.problem
    assert "Four" in {item["title"] for item in library.items.values() if "title" in item}
    library.refuses = ""
    ask_for_push(link=after, user=alice)
    push_due()
    after.refresh_from_db()
    assert (after.problem, "Three" in {item.get("title") for item in library.items.values()}) == ("", True)


def test_what_is_asked_for_during_a_push_is_not_forgotten(link: ZoteroLink, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def take_out(*about: Any) -> None:
        ask_for_push(link=link, user=alice)
        monkeypatch.undo()

    monkeypatch.setattr(zotero_push, "_take_out", take_out)
    ReadingList.objects.update(version=F("version") + 1)
    ZoteroLink.objects.update(next_at=timezone.now())
    assert push_due() == 2
    assert ZoteroLink.objects.get().pushed_version == ReadingList.objects.get(pk=link.reading_list_id).version


def test_a_key_under_another_field_key_stops_one_link_and_no_other(link: ZoteroLink, library: Library, alice: User, settings: Any) -> None:
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    add_papers(reading_list=other, papers=[paper.pk for paper in make_papers({"title": "Five"})], user=alice)
    connect_zotero(reading_list=other, user=alice, key=library.key)
    ZoteroLink.objects.filter(pk=link.pk).update(sealed_key="not what it was", pushed_version=0, next_at=timezone.now())
    assert push_due() == 2
    assert {one.reading_list.title: one.state for one in ZoteroLink.objects.all()} == {"Shelf": "stopped", "Other": "runs"}


@pytest.mark.parametrize("key", ["schlüssel", "two words", "", "a\r\nb"])
def test_what_cannot_be_a_key_is_refused(key: str, alice: User, shelf: ReadingList, library: Library) -> None:
    with pytest.raises(Refused):
        connect_zotero(reading_list=shelf, user=alice, key=key)


def test_what_a_program_connects_ends_with_its_token(alice: User, shelf: ReadingList, library: Library) -> None:
    address = "/lists/alice/shelf/zotero/"
    assert Program(alice, [Scope.LISTS_WRITE]).ask("put", address, {"key": library.key}).status_code == 403
    assert Program(alice, [Scope.LISTS_READ, Scope.LISTS_WRITE]).ask("put", address, {"key": library.key}).status_code == 200
    revoke_token(token=ApiToken.objects.latest("pk"))
    stopped = push()
    assert (stopped.state, "token" in stopped.problem, library.items) == ("stopped", True, {})


def test_the_page_connects_and_shows_what_became_of_it(alices_browser: Client, shelf: ReadingList, library: Library) -> None:
    address = "/lists/alice/shelf/zotero/"
    assert "Zotero" in alices_browser.get("/lists/alice/shelf/").content.decode()
    refused = alices_browser.post(address, {"key": "wrong"})
    assert "Zotero knows no such key" in refused.content.decode()
    page = alices_browser.post(address, {"key": library.key}, follow=True).content.decode()
    assert ("My library (alice)" in page, library.key in page) == (True, False)
    library.key = "changed"
    push_due()
    assert "refuses the key" in alices_browser.get(address).content.decode()
    alices_browser.post(address, {"do": "end"})
    assert not ZoteroLink.objects.exists()


def test_every_field_is_one_that_its_type_has() -> None:
    preprint = PaperRecord(
        title="A $x$", authors=("Jane Doe", "The Great Collaboration"), arxiv_id="2401.00001", published=date(2024, 1, 2)
    )
    article = PaperRecord(title="B", doi="10.1000/1", journal_ref="J. of Things 3")
    for record, kind in ((preprint, "preprint"), (article, "journalArticle")):
        shape = item_shape(record, "https://here.example/papers/1")
        assert shape["itemType"] == kind
        assert set(shape) <= FIELDS[kind] | {"itemType", "tags"}
    creators = item_shape(preprint, "")["creators"]
    assert creators[0] == {"creatorType": "author", "firstName": "Jane", "lastName": "Doe"}
    assert creators[1] == {"creatorType": "author", "name": "The Great Collaboration"}
    assert note_shape("<script>x</script>")["note"].count("<script") == 0
