"""Notes beside papers of lists: Markdown, and two people who write at once."""

from functools import partial

import pytest
from django.http import Http404
from django.test import Client

from accounts.models import Event, Team, User
from papers.actions.filling import Placing, fill_list
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.notes import NoteChanged, write_note
from papers.actions.tagging import write_tags
from papers.models import ListItem
from tests.api import Program
from tests.factories import make_paper
from tests.threads import at_once


@pytest.fixture
def item(alice: User, graph_lab: Team) -> ListItem:
    """A paper in a list of alice's team, without a note."""
    made = create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    return add_paper(reading_list=made, paper=make_paper(title="Snow", arxiv_id="2401.11111"), user=alice)[0]


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_change_of_a_note_is_a_version_with_its_author(item: ListItem, alice: User, bob: User) -> None:
    write_note(item=item, note="One", user=alice)
    write_note(item=item, note="Two\r\nlines ", user=bob, version=item.note_version)
    item.refresh_from_db()
    assert (item.note, item.note_version, item.note_by) == ("Two\nlines", 3, bob)
    assert item.note_at is not None
    assert Event.objects.filter(kind="note.written", team__isnull=False).count() == 2


def test_nobody_writes_over_a_note_that_they_have_not_seen(item: ListItem, alice: User, bob: User) -> None:
    write_note(item=item, note="Mine", user=alice)
    for version in (None, 1):
        with pytest.raises(NoteChanged) as changed:
            write_note(item=item, note="Yours", user=bob, version=version)
        assert changed.value.item.note == "Mine"
    item.refresh_from_db()
    assert (item.note, item.note_by) == ("Mine", alice)


def test_the_same_note_twice_is_no_conflict_and_no_change(item: ListItem, alice: User) -> None:
    write_note(item=item, note="Mine", user=alice)
    write_note(item=item, note="Mine", user=alice, version=1)
    item.refresh_from_db()
    assert item.note_version == 2


def test_what_was_taken_out_gets_no_note(item: ListItem, alice: User) -> None:
    remove_paper(reading_list=item.reading_list, paper=item.paper, user=alice)
    with pytest.raises(Http404):
        write_note(item=item, note="late", user=alice)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_write_from_one_text_one_is_heard(item: ListItem, alice: User) -> None:
    def write(number: int) -> ListItem:
        found = ListItem.objects.select_related("reading_list__owner__team").get(pk=item.pk)
        return write_note(item=found, note=f"From {number}", version=1)

    answers = at_once(partial(write, number) for number in range(8))
    assert [type(answer) for answer in answers if not isinstance(answer, ListItem)] == [NoteChanged] * 7
    item.refresh_from_db()
    assert item.note_version == 2


def test_a_file_that_brings_a_note_counts_as_a_change(item: ListItem, alice: User) -> None:
    fill_list(reading_list=item.reading_list, user=alice, placings=[Placing(paper=item.paper_id, note="From a file")])
    with pytest.raises(NoteChanged):
        write_note(item=item, note="Mine", user=alice, version=1)


def test_a_note_is_shown_as_markdown_with_formulas(item: ListItem, alice: User, alices_browser: Client) -> None:
    write_note(item=item, note="**So** $x^2$ <script>alert(1)</script>", user=alice)
    page = alices_browser.get(item.reading_list.get_absolute_url()).content.decode()
    assert "<strong>So</strong>" in page
    assert "<msup>" in page
    assert "<script>alert" not in page


class TestThePage:
    def test_writes_a_note_and_comes_back_to_the_paper(self, item: ListItem, alices_browser: Client) -> None:
        address = f"{item.reading_list.get_absolute_url()}{item.pk}/note"
        assert alices_browser.get(address).status_code == 200
        answer = alices_browser.post(address, {"note": "A *note*", "version": 1})
        assert answer["Location"] == f"{item.reading_list.get_absolute_url()}#paper-{item.paper_id}"
        item.refresh_from_db()
        assert item.note == "A *note*"

    def test_shows_how_it_will_look_without_saving(self, item: ListItem, alices_browser: Client) -> None:
        page = alices_browser.post(f"{item.reading_list.get_absolute_url()}{item.pk}/note", {"note": "A *note*", "preview": "1"})
        assert "<em>note</em>" in page.content.decode()
        item.refresh_from_db()
        assert item.note == ""

    def test_shows_both_texts_where_somebody_else_was_faster(self, item: ListItem, bob: User, alices_browser: Client) -> None:
        address = f"{item.reading_list.get_absolute_url()}{item.pk}/note"
        write_note(item=item, note="Bob's text", user=bob)
        late = alices_browser.post(address, {"note": "Alice's text", "version": 1})
        words = late.content.decode()
        assert late.status_code == 409
        assert "Bob&#x27;s text" in words
        assert "Alice&#x27;s text" in words
        assert 'name="version" value="2"' in words
        again = alices_browser.post(address, {"note": "Both texts", "version": 2})
        assert again.status_code == 302
        item.refresh_from_db()
        assert item.note == "Both texts"


class TestTheApi:
    def test_needs_the_etag_of_a_note_that_it_replaces(self, item: ListItem, alice: User, bob: User) -> None:
        write_note(item=item, note="Bob's text", user=bob)
        program, path = Program(alice), "/lists/graph-lab/seminar/items/2401.11111/"
        for method in ("put", "patch"):
            refused = program.ask(method, path, {"note": "Mine"})
            assert (refused.status_code, refused.json()["current"]["note"]) == (428, "Bob's text")
            late = program.ask(method, path, {"note": "Mine"}, HTTP_IF_MATCH='"note-1-1"')
            assert (late.status_code, late.json()["current"]["note_by"]) == (412, "bob")
        done = program.ask("patch", path, {"note": "*Mine*"}, HTTP_IF_MATCH=late["ETag"])
        assert (done.status_code, done.json()["note_html"].strip()) == (200, "<p><em>Mine</em></p>")
        now = program.ask("get", path)
        assert now["ETag"] not in {late["ETag"], now.json()["etag"]}
        assert program.ask("patch", path, {"note": "By its own tag"}, HTTP_IF_MATCH=now.json()["etag"]).status_code == 200
        assert program.ask("patch", path, {"note": "Late"}, HTTP_IF_MATCH=now.json()["etag"]).status_code == 412

    def test_an_item_whose_tags_changed_is_sent_anew(self, item: ListItem, alice: User) -> None:
        program, path = Program(alice), "/lists/graph-lab/seminar/items/2401.11111/"
        known = program.ask("get", path)["ETag"]
        assert program.ask("get", path, HTTP_IF_NONE_MATCH=known).status_code == 304
        write_tags(item=item, names=["new"])
        assert program.ask("get", path, HTTP_IF_NONE_MATCH=known).status_code == 200

    def test_an_empty_note_has_nothing_to_lose(self, item: ListItem, alice: User) -> None:
        program, path = Program(alice), "/lists/graph-lab/seminar/items/2401.11111/"
        assert program.ask("patch", path, {"note": "First"}).status_code == 200
        assert program.get(path)["note"] == "First"

    def test_a_refused_note_moves_nothing_either(self, item: ListItem, alice: User) -> None:
        add_paper(reading_list=item.reading_list, paper=make_paper(arxiv_id="2401.22222"), user=alice)
        write_note(item=item, note="There", user=alice)
        refused = Program(alice).ask("patch", "/lists/graph-lab/seminar/items/2401.11111/", {"note": "Mine", "position": 1})
        assert refused.status_code == 428
        assert item.reading_list.items.order_by("position").first() == item
