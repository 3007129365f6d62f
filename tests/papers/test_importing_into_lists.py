"""Files that go into a list: order, notes and keys with them; twice is once; what is looked up comes later; rights are asked again."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.actions.memberships import add_member, change_role
from accounts.models import Event, Team, User
from papers.actions.filling import Placing, fill_list, place_found
from papers.actions.importing import bring_in, run_imports, start_import
from papers.actions.lists import add_paper, create_list
from papers.formats.writing import FORMS, About
from papers.models import CitationKey, Paper, PaperImport, PaperStats, ReadingList, Visibility, WaitingItem
from papers.streams import list_records
from tests.api import Program, wrong
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
State = PaperImport.State
BIBTEX = """@article{second, title={The second}, doi={10.1000/2}, annote={Read it
twice}, keywords={a, b}}
@article{first, title={The first}, doi={10.1000/1}}
@article{nameless, year=2001}
"""


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    return create_list(owner=alice.namespace, title="Shelf")


def bring(user: User, text: str, **over: Any) -> PaperImport:
    made = start_import(user=user, name="library.bib", pieces=[text.encode()], **{"is_wanted": True} | over)
    run_imports()
    made.refresh_from_db()
    return made


def contents(reading_list: ReadingList) -> list[tuple[str, str]]:
    return list(reading_list.items.order_by("position").values_list("paper__title", "note"))


def test_a_file_goes_into_a_list_in_its_order_with_notes_and_keys(alice: User, shelf: ReadingList) -> None:
    found = bring(alice, BIBTEX, into=shelf)
    assert (found.state, found.listed_count, found.noted_count, found.tagged_count, found.rejected_count) == (State.DONE, 2, 1, 1, 1)
    assert contents(shelf) == [("The second", "Read it\ntwice"), ("The first", "")]
    assert set(CitationKey.objects.values_list("key", flat=True)) == {"first", "second"}
    shelf.refresh_from_db()
    assert shelf.item_count == 2
    assert set(PaperStats.objects.values_list("save_count", flat=True)) == {1}


def test_twice_is_once_and_nobodys_note_is_lost(alice: User, shelf: ReadingList) -> None:
    bring(alice, BIBTEX, into=shelf)
    shelf.items.filter(paper__doi="10.1000/2").update(note="My own by now")
    again = bring(alice, BIBTEX, into=shelf)
    assert again.listed_count == 0
    assert contents(shelf) == [("The second", "My own by now"), ("The first", "")]
    assert [str(each) for each in again.rejections.all()] == [
        "line 4, entry nameless: title: is missing or empty",
        "“The second”: note: the list has another note on it, which stays",
    ]


def test_a_note_comes_to_an_item_that_has_none(alice: User, shelf: ReadingList) -> None:
    add_paper(reading_list=shelf, paper=make_paper(doi="10.1000/2", title="As it is called", arxiv_id=""), user=alice)
    bring(alice, BIBTEX, into=shelf)
    assert contents(shelf) == [("As it is called", "Read it\ntwice"), ("The first", "")]


def test_a_new_list_is_made_once_the_file_is_wanted(alice: User) -> None:
    found = bring(alice, BIBTEX, is_wanted=False)
    assert not ReadingList.objects.exists()
    bring_in(paper_import=found, new_list="From my old library")
    run_imports()
    made = ReadingList.objects.get()
    assert (made.title, made.owner, made.item_count) == ("From my old library", alice.namespace, 2)


def test_papers_that_are_looked_up_follow_when_they_are_here(alice: User, shelf: ReadingList) -> None:
    text = '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DT><A HREF="https://arxiv.org/abs/2005.14165" TAGS="nlp">x</A>\n<DD>first\n'
    bring(alice, text, into=shelf)
    assert (contents(shelf), WaitingItem.objects.get().identifier) == ([], "2005.14165")
    assert place_found() == 0
    make_paper(arxiv_id="2005.14165", title="Here now")
    assert place_found() == 1
    assert contents(shelf) == [("Here now", "first")]
    assert not WaitingItem.objects.exists()


def test_a_right_that_ended_ends_the_import(graph_lab: Team, alice: User, bob: User) -> None:
    ours = create_list(owner=graph_lab.namespace, title="Ours", user=alice)
    made = start_import(user=bob, name="a.bib", pieces=[BIBTEX.encode()], is_wanted=True, into=ours)
    change_role(membership=add_member(team=graph_lab, user=bob), role="reader", actor=alice)
    run_imports()
    made.refresh_from_db()
    assert (made.state, made.problem) == (State.FAILED, "You may not change this list.")
    assert not Paper.objects.exists()


def test_somebody_elses_list_is_refused(bob: User, shelf: ReadingList) -> None:
    with pytest.raises(PermissionDenied):
        start_import(user=bob, name="a", pieces=[b"x"], into=shelf)


def test_a_team_is_told_once_for_a_whole_file(graph_lab: Team, alice: User) -> None:
    ours = create_list(owner=graph_lab.namespace, title="Ours", user=alice)
    bring(alice, BIBTEX, into=ours)
    assert Event.objects.get(kind="list.filled").facts["n"] == 2
    assert not Event.objects.filter(kind="paper.added").exists()


@pytest.mark.parametrize("form", ["bib", "ris", "json", "csv", "jsonl"])
def test_a_list_that_was_exported_comes_back_elsewhere(form: str, alice: User, shelf: ReadingList) -> None:
    papers = [make_paper(title=f"On $x_{number}$ & {number}%", authors=("Ada Frost",)) for number in range(3)]
    placings = [
        Placing(paper=paper.pk, note=f"note {number}\n\n- with $y$ & more", cite_key=f"k{number}") for number, paper in enumerate(papers)
    ]
    fill_list(reading_list=shelf, user=alice, placings=list(reversed(placings)))
    text = "".join(FORMS[form].write(list_records(shelf), About()))
    other = create_list(owner=alice.namespace, title="Other")
    bring(alice, text, into=other)
    assert list(list_records(other)) == list(list_records(shelf))
    assert Paper.objects.count() == 3


def test_on_the_web_a_list_is_chosen_after_a_look(alice: User, shelf: ReadingList) -> None:
    browser = Client()
    browser.force_login(alice)
    assert "Its papers go into “Shelf”" in browser.get("/imports/?into=alice/shelf").content.decode()
    browser.post("/imports/?into=alice/shelf", {"text": BIBTEX})
    run_imports()
    found = PaperImport.objects.get()
    page = browser.get(f"/imports/{found.pk}/").content.decode()
    assert f'<option value="{shelf.pk}" selected>Shelf (alice)</option>' in page
    both = browser.post(f"/imports/{found.pk}/bring-in", {"into": shelf.pk, "new_list": "Another"})
    assert "Either a list that is there or a new one" in both.content.decode()
    browser.post(f"/imports/{found.pk}/bring-in", {"into": shelf.pk, "new_list": ""})
    run_imports()
    assert "2 papers are new in it" in browser.get(f"/imports/{found.pk}/").content.decode()


def test_over_rest_too(alice: User, bob: User, shelf: ReadingList) -> None:
    ReadingList.objects.update(visibility=Visibility.PUBLIC)
    made = Program(alice).ask("post", "/imports/", {"text": BIBTEX, "list": "alice/shelf"})
    assert (made.status_code, made.json()["list"]) == (202, "alice/shelf")
    assert Program(bob).ask("post", "/imports/", {"text": BIBTEX, "list": "alice/shelf"}).status_code == 400
    run_imports()
    assert len(contents(shelf)) == 2
    program = Program(alice)
    looked = program.ask("post", "/imports/", {"text": BIBTEX, "preview": True}).json()
    run_imports()
    program.ask("patch", f"/imports/{looked['id']}/", {"is_wanted": True, "new_list": "Another"})
    run_imports()
    assert (program.get(f"/imports/{looked['id']}/")["list"], ReadingList.objects.count()) == ("alice/another", 2)


def test_a_list_that_no_list_can_be_is_named_as_wrong(alice: User) -> None:
    for place in ("alice/\x00", "\x00", "alice", "/", "alice/nothing"):
        assert "list" in wrong(Program(alice).ask("post", "/imports/", {"text": "1706.03762", "list": place}))
