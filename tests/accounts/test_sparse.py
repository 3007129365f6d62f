"""`fields`: only what is asked for is answered, and made."""

import pytest

from accounts.models import User
from papers.actions.lists import add_paper, create_list
from papers.markup import markdown
from papers.models import ReadingList
from tests.api import Program, wrong
from tests.factories import make_paper


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    add_paper(reading_list=shelf, paper=make_paper(arxiv_id="2401.00001", title="Graphs"), user=alice, note="*now*")
    return shelf


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/papers/?fields=slug,title", [{"slug": "2401.00001", "title": "Graphs"}]),
        ("/search/?q=2401.00001&fields=slug", [{"slug": "2401.00001"}]),
        ("/lists/alice/shelf/items/?fields=note,paper.slug", [{"note": "*now*", "paper": {"slug": "2401.00001"}}]),
        ("/lists/?fields=slug", [{"slug": "shelf"}]),
        ("/lists/?fields=%20visibility%20", [{"visibility": "private"}]),
    ],
)
def test_results_have_what_is_named_and_nothing_else(path: str, expected: list[object], alice: User, shelf: ReadingList) -> None:
    assert Program(alice).get(path)["results"] == expected


def test_one_thing_can_be_asked_for_in_part(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    assert program.get("/lists/alice/shelf/?fields=title,item_count") == {"title": "Shelf", "item_count": 1}
    assert program.get("/papers/2401.00001/?fields=slug,versions.number") == {"slug": "2401.00001", "versions": []}


def test_what_is_not_asked_for_is_not_made(alice: User, shelf: ReadingList, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise AssertionError("made for nobody")

    monkeypatch.setattr(markdown, "html", refuse)
    assert Program(alice).get("/lists/alice/shelf/items/?fields=note")["results"] == [{"note": "*now*"}]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/papers/?fields=slug,colour", "colour"),
        ("/papers/?fields=", "“”"),
        ("/papers/?fields=title.length", "title.length"),
        ("/lists/alice/shelf/items/?fields=paper.colour", "paper.colour"),
        ("/notices/?fields=sentense", "sentense"),
        ("/submissions/?fields=paper", "paper"),
    ],
)
def test_an_unknown_name_is_a_mistake_also_where_there_is_nothing(path: str, name: str, alice: User, shelf: ReadingList) -> None:
    assert name in wrong(Program(alice).ask("get", path))["fields"]


def test_a_write_is_answered_in_full(alice: User, shelf: ReadingList) -> None:
    assert "slug" in Program(alice).ask("patch", "/lists/alice/shelf/?fields=title", {"title": "Better"}).json()
