"""Files that readers bring: looked at, brought in on their word, every entry accounted for, and nothing that is here changed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from papers.actions import import_parts, importing
from papers.actions.importing import TooLarge, TooManyFiles, bring_in, drop_import, forget_old_imports, run_imports, start_import
from papers.models import ImportPart, Paper, PaperImport, Submission
from tests.api import Program, wrong
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
State = PaperImport.State
BIBTEX = """@article{good, title={Brought along}, author={Doe, Jane}, year=2020, eprint={2001.00001}, archivePrefix={arXiv}}
@article{nameless, year=2001}
@article{full, title={With an abstract}, abstract={It is about much.}, doi={10.1000/182}}
"""


def entries(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield f'{{"title": "Paper {number}", "key": "k{number}"}}\n'.encode()


def bring(user: User, text: str, **over: Any) -> PaperImport:
    made = start_import(user=user, name="library.bib", pieces=[text.encode()], **over)
    run_imports()
    made.refresh_from_db()
    return made


def test_a_file_is_looked_at_before_anything_comes_in(alice: User) -> None:
    found = bring(alice, BIBTEX)
    assert (found.state, found.new_count, found.known_count, found.rejected_count) == (State.READY, 2, 0, 1)
    assert found.shown == [["Brought along", "2001.00001", False], ["With an abstract", "10.1000/182", False]]
    assert str(found.rejections.get()) == "line 2, entry nameless: title: is missing or empty"
    assert not Paper.objects.exists()


def test_what_is_wanted_comes_in_and_its_reader_is_told(alice: User) -> None:
    found = bring(alice, BIBTEX)
    bring_in(paper_import=found)
    run_imports()
    found.refresh_from_db()
    assert (found.state, found.added_count, found.asked_count) == (State.DONE, 2, 1)
    assert set(Paper.objects.values_list("title", flat=True)) == {"Brought along", "With an abstract"}
    assert Submission.objects.get().identifier == "2001.00001"  # it came without an abstract
    assert not ImportPart.objects.exists()
    assert Notice.objects.get(user=alice).event.facts == {"name": "library.bib", "added": 2, "rejected": 1}


def test_a_file_that_is_brought_twice_makes_nothing_twice(alice: User, bob: User) -> None:
    bring(alice, BIBTEX, is_wanted=True)
    again = bring(bob, BIBTEX, is_wanted=True)
    assert (again.state, again.new_count, again.known_count, again.added_count) == (State.DONE, 0, 2, 0)
    assert Paper.objects.count() == 2


def test_a_file_cannot_change_a_paper_that_is_here(alice: User) -> None:
    paper = make_paper(arxiv_id="2001.00001", title="As it is called")
    bring(alice, BIBTEX, is_wanted=True)
    paper.refresh_from_db()
    assert (paper.title, paper.doi) == ("As it is called", None)


def test_a_file_ties_no_names_together(alice: User) -> None:
    line = {"title": "Mine", "authors": ["A. First"], "orcids": {"A. First": "0000-0002-1825-0097"}}
    bring(alice, json.dumps(line), is_wanted=True)
    assert [row.orcid for row in Paper.objects.get().authorships.all()] == [""]


def test_a_list_of_ids_is_looked_up_but_for_those_that_are_here(alice: User) -> None:
    make_paper(arxiv_id="1706.03762")
    found = bring(alice, "1706.03762\nhttps://arxiv.org/abs/2005.14165\nnothing\n10.1000/182", is_wanted=True)
    assert (found.known_count, found.named_count, found.rejected_count, found.asked_count) == (1, 2, 1, 2)
    assert set(Submission.objects.values_list("identifier", flat=True)) == {"2005.14165", "10.1000/182"}


def test_an_import_that_dies_goes_on_where_it_was(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = start_import(user=alice, name="many.jsonl", pieces=entries(1_200), is_wanted=True)
    taken: list[int] = []
    take = importing._take

    def die_at_the_second(found: PaperImport, batch: Any) -> None:
        taken.append(len(batch))
        take(found, batch)
        if len(taken) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "_take", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run_imports()
    assert (run_imports(), Paper.objects.count()) == (0, 500)  # the lease holds
    PaperImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    run_imports()
    made.refresh_from_db()
    assert taken == [500, 500, 500, 200]
    assert (made.state, made.added_count, Paper.objects.count()) == (State.DONE, 1_200, 1_200)


def test_a_file_that_is_dropped_meanwhile_stops(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    start_import(user=alice, name="many.jsonl", pieces=entries(1_200), is_wanted=True)
    step = importing._step

    def drop(found: PaperImport, *rest: Any) -> None:
        step(found, *rest)
        if found.state == State.WANTED:
            drop_import(paper_import=found)

    monkeypatch.setattr(importing, "_step", drop)
    run_imports()
    assert (PaperImport.objects.count(), Paper.objects.count()) == (0, 500)


def test_lines_over_the_edges_of_parts_are_whole(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_parts, "PART", 7)
    found = start_import(user=alice, name="a", pieces=[b"1706.03762\r\n2005", b".14165\n", b"\n", b"10.1000/182"])
    assert ImportPart.objects.count() == 5
    assert list(import_parts.lines_of(found)) == [b"1706.03762\r\n", b"2005.14165\n", b"\n", b"10.1000/182"]


def test_a_line_without_an_end_comes_in_whole_letters(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_parts, "LONGEST_LINE", 10)
    text = "ä€😀" * 9
    lines = list(import_parts.lines_of(start_import(user=alice, name="a", pieces=[text.encode()])))
    assert "".join(line.decode() for line in lines) == text
    assert max(map(len, lines)) <= 10


def test_bounds(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_BYTES", 10)
    with pytest.raises(TooLarge):
        start_import(user=alice, name="a", pieces=[b"x" * 11])
    assert not PaperImport.objects.exists()
    for _each in range(importing.MOST_OPEN):
        start_import(user=alice, name="a", pieces=[b"x"])
    with pytest.raises(TooManyFiles):
        start_import(user=alice, name="a", pieces=[b"x"])


def test_a_fault_of_ours_is_the_imports_end_and_said(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    start_import(user=alice, name="bad", pieces=[b"1706.03762"])
    start_import(user=bob, name="good", pieces=[b"2005.14165"])
    look = importing._look

    def fall(found: PaperImport, batch: Any) -> None:
        if found.name == "bad":
            raise ArithmeticError("odd")
        look(found, batch)

    monkeypatch.setattr(importing, "_look", fall)
    run_imports()
    assert dict(PaperImport.objects.values_list("name", "state")) == {"bad": State.FAILED, "good": State.READY}
    assert PaperImport.objects.get(name="bad").problem == "ArithmeticError: odd"


def test_old_ones_are_forgotten(alice: User) -> None:
    undecided, done = bring(alice, BIBTEX), bring(alice, BIBTEX, is_wanted=True)
    assert forget_old_imports() == 0
    PaperImport.objects.filter(pk=undecided.pk).update(created_at=timezone.now() - importing.UNDECIDED)
    PaperImport.objects.filter(pk=done.pk).update(ended_at=timezone.now() - importing.KEPT)
    forget_old_imports()
    assert not PaperImport.objects.exists()


class TestPages:
    def test_from_a_file_to_papers(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        sent = client.post("/imports/", {"file": SimpleUploadedFile("library.bib", BIBTEX.encode())})
        run_imports()
        page = client.get(sent.headers["Location"]).content.decode()
        assert "Brought along" in page
        assert "entry nameless" in page
        found = PaperImport.objects.get()
        client.post(f"/imports/{found.pk}/bring-in")
        client.post(f"/imports/{found.pk}/bring-in")
        run_imports()
        assert "2 papers are new here." in client.get(f"/imports/{found.pk}/").content.decode()
        assert client.get(f"/imports/{found.pk}/rejected.txt").content == b"line 2, entry nameless: title: is missing or empty\n"
        assert "2 new, 0 were here, 1 not understood" in client.get("/imports/").content.decode()

    def test_pasted_text_is_as_good(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        client.post("/imports/", {"text": BIBTEX})
        assert PaperImport.objects.get().name == "pasted text"

    @pytest.mark.parametrize("given", [{}, {"text": "x", "file": SimpleUploadedFile("a.bib", b"x")}])
    def test_nothing_and_both_are_told_apart(self, given: dict[str, Any], alice: User, client: Client) -> None:
        client.force_login(alice)
        answer = client.post("/imports/", given)
        assert answer.status_code == 200
        assert "please" in answer.content.decode() or "Choose a file" in answer.content.decode()
        assert not PaperImport.objects.exists()


class TestApi:
    def test_a_program_brings_a_file(self, alice: User) -> None:
        program = Program(alice)
        made = program.ask("post", "/imports/", {"text": BIBTEX, "name": "mine.bib"})
        assert made.status_code == 202
        run_imports()
        one = program.get(f"/imports/{made.json()['id']}/")
        assert (one["state"], one["added_count"], one["rejections"]) == ("done", 2, ["line 2, entry nameless: title: is missing or empty"])

    def test_a_program_looks_first(self, alice: User) -> None:
        program = Program(alice)
        address = f"/imports/{program.ask('post', '/imports/', {'text': BIBTEX, 'preview': True}).json()['id']}/"
        run_imports()
        assert program.get(address)["state"] == "ready"
        assert program.ask("patch", address, {"is_wanted": True}).json()["state"] == "wanted"
        assert program.ask("delete", address).status_code == 204
        assert program.ask("get", address).status_code == 404

    def test_what_is_missing_is_named(self, alice: User) -> None:
        answer = Program(alice).ask("post", "/imports/", {})
        assert "file" in wrong(answer)
