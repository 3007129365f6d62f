"""If-Match on writes: what has changed since it was read is not overwritten."""

from functools import partial

import pytest

from accounts.models import Scope, Team, User
from papers.actions.lists import create_list
from papers.models import ReadingList, Visibility
from tests.api import Program
from tests.factories import make_paper
from tests.threads import at_once


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    return create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)


@pytest.mark.parametrize("path", ["/lists/alice/shelf/", "/teams/graph-lab/", "/subscription/"])
def test_a_write_that_names_what_was_read_goes_ahead_once(path: str, alice: User, shelf: ReadingList, graph_lab: Team) -> None:
    program = Program(alice)
    change = {"hour": 5} if path == "/subscription/" else {"description": "one"}
    tag = program.ask("get", path)["ETag"]
    assert program.ask("patch", path, change, HTTP_IF_MATCH=tag).status_code == 200
    late = program.ask("patch", path, change, HTTP_IF_MATCH=tag)
    now = program.ask("get", path)
    assert (late.status_code, late["ETag"], late.json()["current"]) == (412, now["ETag"], now.json())
    assert program.ask("patch", path, change, HTTP_IF_MATCH=late["ETag"]).status_code == 200
    assert program.ask("patch", path, change, HTTP_IF_MATCH="*").status_code == 200
    assert program.ask("patch", path, change).status_code == 200


def test_deleting_asks_too(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    assert program.ask("delete", "/lists/alice/shelf/", HTTP_IF_MATCH='"older"').status_code == 412
    assert program.ask("delete", "/lists/alice/shelf/", HTTP_IF_MATCH=program.ask("get", "/lists/alice/shelf/")["ETag"]).status_code == 204


def test_a_paper_that_was_noted_since_is_not_taken_out(alice: User, shelf: ReadingList) -> None:
    program, path = Program(alice), f"/lists/alice/shelf/items/{make_paper().slug}/"
    tag = program.ask("put", path)["ETag"]
    program.ask("patch", path, {"note": "new"})
    assert program.ask("delete", path, HTTP_IF_MATCH=tag).status_code == 412


def test_who_may_not_change_it_is_told_nothing_more_than_a_get_would(alice: User, carol: User) -> None:
    create_list(owner=alice.namespace, title="Hidden")
    assert Program(carol).ask("patch", "/lists/alice/hidden/", {"title": "x"}, HTTP_IF_MATCH='"older"').status_code == 404
    assert Program(carol).ask("put", "/lists/alice/hidden/items/2401.00001/", HTTP_IF_MATCH="*").status_code == 404


def test_a_token_that_may_only_write_is_not_shown_what_is_there(alice: User) -> None:
    late = Program(alice, [Scope.DIGESTS_WRITE]).ask("patch", "/subscription/", {"hour": 5}, HTTP_IF_MATCH='"older"')
    assert (late.status_code, "current" in late.json()) == (412, False)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_saw_the_same_only_one_writes(alice: User, shelf: ReadingList) -> None:
    program = Program(alice)
    tag = program.ask("get", "/lists/alice/shelf/")["ETag"]

    def write(number: int) -> int:
        return program.ask("patch", "/lists/alice/shelf/", {"title": f"By {number}"}, HTTP_IF_MATCH=tag).status_code

    assert sorted(at_once([partial(write, number) for number in range(6)])) == [200] + [412] * 5


def test_what_is_not_there_matches_nothing_and_is_not_made(alice: User) -> None:
    create_list(owner=alice.namespace, title="Shelf", user=alice)
    path = f"/lists/alice/shelf/items/{make_paper().slug}/"
    assert Program(alice).ask("put", path, HTTP_IF_MATCH="*").status_code == 412
    assert Program(alice).ask("get", path).status_code == 404
    assert Program(alice).ask("delete", "/lists/alice/nothing/", HTTP_IF_MATCH="*").status_code == 404
