"""The recipes of docs/recipes.md are run as they are written, against a live server."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from papers.actions.assigning import assign_paper
from papers.actions.importing import run_imports
from papers.actions.indexing import index_papers
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.notes import write_note
from papers.actions.voting import cast_vote
from papers.models import ListItem, ReadingList
from tests.digests.makers import make_digest
from tests.factories import make_paper
from tests.hub.clients import RELEASES, environment_of
from tests.threads import at_once

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "recipes.md").read_text()
RECIPES = dict(re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
Cook = Callable[..., str]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("recipes")]


@pytest.fixture
def cook(live_server: LiveServer, alice: User, tmp_path: Path) -> Cook:
    """Run a recipe with a token that has no other scopes than the recipe names; return what it prints."""
    for name, code in RECIPES.items():
        (tmp_path / name).write_text(code)

    def run(name: str, *arguments: str, python: str = sys.executable) -> str:
        _token, secret = make_token(user=alice, name=name, scopes=scopes_of(name))
        environment = {"PATH": os.environ["PATH"], "LECTERN": live_server.url, "TOKEN": secret, "HF_HOME": str(tmp_path / "hub")}
        done = subprocess.run([python, name, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def scopes_of(name: str) -> list[str]:
    """The scopes that the words before a recipe name."""
    words = PAGE[: PAGE.index(f"# {name}")].rpartition("\n## ")[2]
    named: list[str] = re.findall(r"`(\w+:\w+)`", words)
    assert set(named) <= set(Scope.values)
    return named


def shelf_of(user: User) -> ReadingList:
    return create_list(owner=user.namespace, title="Thesis", user=user)


def test_there_are_ten_and_each_says_what_it_needs() -> None:
    assert len(re.findall(r"^## \d+\.", PAGE, re.MULTILINE)) == 10
    assert all(scopes_of(name) for name in RECIPES if name != "lectern.py")


def test_monday(cook: Cook, alice: User) -> None:
    make_digest(alice, make_paper(title="Attention to graphs"), period_key="2026-W48")
    assert "1. Attention to graphs" in cook("monday.py")


def test_fill(cook: Cook, alice: User, tmp_path: Path) -> None:
    make_paper(arxiv_id="1706.03762")
    shelf = shelf_of(alice)
    (tmp_path / "ids.txt").write_text("1706.03762\n\nhttps://arxiv.org/abs/1706.03762v5\nnonsense\n")
    for _twice in range(2):
        said = cook("fill.py", "ids.txt", "alice/thesis")
    assert "not nonsense" in said
    assert shelf.items.count() == 1


def test_bib(cook: Cook, alice: User, tmp_path: Path) -> None:
    shelf = shelf_of(alice)
    assert "is new" in cook("bib.py", "alice/thesis")
    assert "unchanged" in cook("bib.py", "alice/thesis")
    add_paper(reading_list=shelf, paper=make_paper(title="Attention to graphs"), user=alice)
    assert "is new" in cook("bib.py", "alice/thesis")
    assert "Attention to graphs" in (tmp_path / "thesis.bib").read_text().replace("{", "").replace("}", "")


def test_copy_list(cook: Cook, alice: User, tmp_path: Path) -> None:
    shelf, first, second = shelf_of(alice), make_paper(), make_paper()
    for paper in (first, second):
        add_paper(reading_list=shelf, paper=paper, user=alice)
    assert cook("copy_list.py", "alice/thesis").startswith("2 papers")
    remove_paper(reading_list=shelf, paper=first, user=alice)
    add_paper(reading_list=shelf, paper=(third := make_paper()), user=alice)
    cook("copy_list.py", "alice/thesis")
    rows = sqlite3.connect(tmp_path / "copy.db").execute("SELECT slug FROM items ORDER BY sort_key").fetchall()
    assert rows == [(second.slug,), (third.slug,)]


def test_top(cook: Cook, alice: User) -> None:
    cast_vote(user=alice, paper=make_paper(title="Attention to graphs", categories=("cs.CL",)))
    assert "Attention to graphs](" in cook("top.py", "cs.CL")


def test_library(cook: Cook, alice: User, tmp_path: Path) -> None:
    (tmp_path / "thesis.bib").write_text("@article{a, title={Attention to graphs}, author={One, Ada}, year={2024}, doi={10.1234/a}}")
    said, _count = at_once([lambda: cook("library.py", "thesis.bib"), work_on_an_import])
    assert said.splitlines()[-1].split("\r")[-1].startswith("1 new, 0 known, 0 not understood")
    assert ReadingList.objects.get(slug="thesis").items.count() == 1


def work_on_an_import() -> int:
    """What a worker does, as soon as there is a file."""
    deadline = time.monotonic() + 30
    while not (done := run_imports()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return done


def test_note(cook: Cook, alice: User) -> None:
    item, _new = add_paper(reading_list=shelf_of(alice), paper=make_paper(arxiv_id="1706.03762"), user=alice)
    write_note(item=ListItem.objects.select_related("reading_list").get(pk=item.pk), note="Read **this**", user=alice)
    cook("note.py", "alice/thesis", "1706.03762", "Discussed on Friday.")
    item.refresh_from_db()
    assert item.note == "Read **this**\n\nDiscussed on Friday."


def test_watch(cook: Cook, alice: User) -> None:
    make_paper(title="Attention to graphs")
    index_papers()
    shelf = shelf_of(alice)
    assert cook("watch.py", "attention graphs", "alice/thesis").startswith("1 of 1")
    assert shelf.items.count() == 1


def test_seminar(cook: Cook, alice: User, bob: User, graph_lab: Team) -> None:
    shelf = create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    item, _new = add_paper(reading_list=shelf, paper=make_paper(title="Attention to graphs"), user=alice)
    assign_paper(item=item, to=bob, user=alice, part="present")
    said = cook("seminar.py", "graph-lab")
    assert "bob" in said.lower()
    assert "Attention to graphs" in said


@pytest.mark.parametrize("release", RELEASES)
def test_hub(release: str, cook: Cook) -> None:
    make_paper(arxiv_id="2601.15621", title="Attention to graphs")
    index_papers()
    said = cook("hub.py", python=str(environment_of(release) / "bin" / "python"))
    assert said == "1 papers are in Attention\n"
