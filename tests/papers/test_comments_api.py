"""Comments over REST: the same rules as on pages, ETags against writing over what was not seen."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Scope, Team, User
from papers.actions.commenting import IN_MINUTES, delete_comment, write_comment
from papers.actions.lists import add_paper, create_list
from papers.actions.moderating import hide_comment
from papers.models import Comment, Paper, Watch
from tests.api import ROOT, Program
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(arxiv_id="2401.00001")


def write(program: Program, path: str, status: int = 201, **body: Any) -> Any:
    answer = program.ask("post", path, body)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_discussion_is_read_in_order_page_by_page(alice: User, bob: User, paper: Paper) -> None:
    program, other = Program(alice), Program(bob)
    path = "/papers/arXiv:2401.00001/comments/"
    opening = write(program, path, text="So $x^2$ it **is**.")
    assert (opening["author"], opening["state"], opening["thread"], opening["version"]) == ("alice", "shown", opening["id"], 1)
    assert "<math>" in opening["html"]
    answer = write(other, path, text="Why, @alice?", parent=opening["id"])
    assert (answer["thread"], answer["parent"]) == (opening["id"], opening["id"])
    write(other, path, text="Another thread")
    first = Program().get(f"{path}?size=2")
    assert [each["id"] for each in first["results"]] == [opening["id"], answer["id"]]
    assert len(Program().get(first["next"])["results"]) == 1
    assert len(Program().get(f"{path}?thread={opening['id']}")["results"]) == 2
    assert program.get("/papers/2401.00001/")["comments"] == 3
    assert Program().ask("get", f"{path}?thread=x").status_code == 400


def test_what_is_wrong_is_named(alice: User, paper: Paper) -> None:
    program, elsewhere = Program(alice), write_comment(author=alice, paper=make_paper(), text="Elsewhere")
    path = "/papers/2401.00001/comments/"
    assert "text" in write(program, path, 400, text=" ")["detail"]
    assert "text" in write(program, path, 400, text="x" * (Comment.LONGEST + 1))["detail"]
    assert "text" in write(program, path, 400, text="a\x00b")["detail"]
    assert "parent" in write(program, path, 400, text="Why?", parent=elsewhere.pk)["detail"]
    assert "parent" in write(program, path, 400, text="Why?", parent="x")["detail"]
    gone = write_comment(author=alice, paper=paper, text="Gone")
    delete_comment(comment=gone)
    assert "gone" in write(program, path, 409, text="Why?", parent=gone.pk)["detail"]


def test_a_change_names_what_it_has_seen(alice: User, paper: Paper) -> None:
    program = Program(alice)
    address = f"/comments/{write(program, '/papers/2401.00001/comments/', text='First')['id']}/"
    tag = program.ask("get", address)["ETag"]
    assert program.ask("patch", address, {"text": "Second"}).status_code == 428

    def change(text: str, tag: str) -> Any:
        program.headers["If-Match"] = tag
        return program.ask("patch", address, {"text": text})

    changed = change("Second", tag)
    assert (changed.status_code, changed.json()["text"], changed.json()["version"]) == (200, "Second", 2)
    late = change("Third", tag)
    assert (late.status_code, late.json()["current"]["text"], late["ETag"]) == (412, "Second", changed["ETag"])
    assert change("Third", f'"other", {changed["ETag"]}').status_code == 200
    assert program.ask("delete", address).status_code == 412
    program.headers.pop("If-Match")
    assert [each["text"] for each in program.get(f"{address}edits/")["results"]] == ["Second", "First"]
    assert program.ask("delete", address).status_code == 204
    place = Program().get(address)
    assert (place["state"], place["text"], place["html"], place["author"]) == ("deleted", "", "", None)


def test_hidden_words_are_for_their_author_only(alice: User, bob: User, admin: User, paper: Paper) -> None:
    comment = write_comment(author=alice, paper=paper, text="Mud")
    hide_comment(comment=comment, by=admin)
    address = f"/comments/{comment.pk}/"
    assert [Program(person).get(address)["text"] for person in (alice, bob, admin)] == ["Mud", "", "Mud"]
    assert Program(bob).get(address)["state"] == "hidden"
    assert Program(bob).ask("post", f"{address}report/", {"reason": "spam"}).status_code == 404


def test_a_report_says_why(alice: User, bob: User, paper: Paper) -> None:
    comment = write_comment(author=alice, paper=paper, text="Mud")
    address = f"/comments/{comment.pk}/report/"
    assert Program(bob).ask("post", address, {"reason": "because"}).status_code == 400
    report = Program(bob).ask("post", address, {"reason": "abuse", "words": "Rude"}).json()
    assert (report["state"], report["words"]) == ("open", "Rude")


def test_a_flood_waits(alice: User, paper: Paper) -> None:
    program = Program(alice)
    for number in range(IN_MINUTES.amount):
        write(program, "/papers/2401.00001/comments/", text=f"Word {number}")
    refused = program.ask("post", "/papers/2401.00001/comments/", {"text": "One more"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 301
    client = Client()
    client.force_login(alice)
    page = client.post(f"/papers/{paper.slug}/comments", {"text": "One more, kept"})
    assert page.status_code == 429
    assert "One more, kept" in page.content.decode()


def test_watching_and_muting(alice: User, bob: User, graph_lab: Team, paper: Paper) -> None:
    shelf = create_list(owner=graph_lab.namespace, title="Seminar")
    add_paper(reading_list=shelf, paper=paper, user=alice)
    comment = write_comment(author=bob, paper=paper, text="Hm")
    program = Program(alice)
    for address in ("/papers/2401.00001/watch/", f"/comments/{comment.pk}/watch/", "/lists/graph-lab/seminar/items/2401.00001/watch/"):
        assert program.ask("put", address, {}).json() == {"state": "watching"}
        assert program.ask("put", address, {"state": "muted"}).json() == {"state": "muted"}
        assert program.ask("put", address, {"state": "asleep"}).status_code == 400
        assert program.ask("delete", address).status_code == program.ask("delete", address).status_code == 204
    assert not Watch.objects.filter(user=alice).exists()


def test_a_team_talks_where_nobody_else_reads(alice: User, bob: User, carol: User, graph_lab: Team, paper: Paper) -> None:
    shelf = create_list(owner=graph_lab.namespace, title="Seminar")
    add_paper(reading_list=shelf, paper=paper, user=alice)
    path = "/lists/graph-lab/seminar/items/2401.00001/comments/"
    inside = write(Program(alice), path, text="For Tuesday?")
    write(Program(bob), path, text="Yes.", parent=inside["id"])
    assert len(Program(bob).get(path)["results"]) == 2
    assert Program().get("/papers/2401.00001/comments/")["results"] == []
    for address in (path, f"/comments/{inside['id']}/"):
        assert Program(carol).ask("get", address).status_code == 404


def test_scopes_are_asked_for(alice: User, paper: Paper) -> None:
    reads = Program(alice, [Scope.COMMENTS_READ])
    assert reads.get("/papers/2401.00001/comments/")["results"] == []
    assert reads.ask("post", "/papers/2401.00001/comments/", {"text": "Hm"}).status_code == 403
    assert Program(alice, [Scope.PAPERS_READ]).ask("get", "/papers/2401.00001/comments/").status_code == 403
    assert Client().get(f"{ROOT}/papers/2401.00001/comments/").status_code == 200
