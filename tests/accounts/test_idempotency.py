"""Idempotency-Key: sent twice, done once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.actions.kept_answers import StillRunning, key_of, recall_answer
from accounts.actions.tidying import tidy
from accounts.models import KeptAnswer, Team, User
from papers.actions.lists import create_list
from papers.models import Comment, ListLink, PaperImport, ReadingList
from tests.api import ROOT, Program
from tests.factories import make_paper
from tests.threads import at_once

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def post(program: Program, path: str = "/lists/", body: Any = None, key: str = KEY) -> HttpResponse:
    return program.ask("post", path, {"title": "Shelf"} if body is None else body, HTTP_IDEMPOTENCY_KEY=key)


def test_the_second_one_hears_what_the_first_one_heard(alice: User) -> None:
    program = Program(alice)
    first, again = post(program), post(program)
    assert (again.status_code, again.content, again["Idempotency-Replayed"]) == (201, first.content, "true")
    assert "Idempotency-Replayed" not in first
    assert ReadingList.objects.count() == 1
    assert post(program, key=f'"{KEY}"').content == first.content


def test_an_etag_is_told_again(alice: User) -> None:
    make_paper(arxiv_id="2401.00001")
    program = Program(alice)
    first, again = (post(program, "/papers/2401.00001/comments/", {"text": "y"}) for _ in range(2))
    assert first["ETag"] == again["ETag"]
    assert Comment.objects.filter(text="y").count() == 1


@pytest.mark.parametrize(
    ("path", "body"), [("/lists/", {"title": "Other"}), ("/lists/?x=1", {"title": "Shelf"}), ("/teams/", {"title": "Shelf"})]
)
def test_a_key_stands_for_one_request(path: str, body: dict[str, str], alice: User) -> None:
    program = Program(alice)
    post(program)
    refused = post(program, path, body)
    assert (refused.status_code, "new key" in refused.json()["detail"]) == (422, True)


def test_each_token_has_its_own_keys(alice: User, bob: User) -> None:
    slugs = [post(program).json()["slug"] for program in (Program(alice), Program(alice), Program(bob))]
    assert slugs[0] != slugs[1]


def test_what_failed_may_be_sent_again_with_the_same_key(alice: User) -> None:
    program = Program(alice)
    assert post(program, body={"title": ""}).status_code == 400
    assert post(program, body={"title": "Right"}).status_code == 201
    assert KeptAnswer.objects.count() == 1


def test_a_fault_undoes_what_was_begun(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from papers.api.serializers import ReadingListSerializer

    def break_down(*_: Any) -> None:
        raise RuntimeError

    program = Program(alice)
    with monkeypatch.context() as broken:
        broken.setattr(ReadingListSerializer, "to_representation", break_down)
        assert post(program).status_code == 500
    assert not ReadingList.objects.exists()
    assert post(program).status_code == 201


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a\tb", "é"])
def test_a_key_that_is_none_is_refused(key: str, alice: User) -> None:
    assert post(Program(alice), key=key).status_code == 400
    assert not ReadingList.objects.exists()


def test_a_day_later_it_is_another_request(alice: User) -> None:
    program = Program(alice)
    post(program)
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert "Idempotency-Replayed" not in post(program)
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=24, seconds=1))
    tidy()
    assert not KeptAnswer.objects.exists()


def test_secrets_in_answers_are_sealed(alice: User) -> None:
    create_list(owner=alice.namespace, title="Shelf")
    program = Program(alice)
    first, again = (post(program, "/lists/alice/shelf/links/", {"label": "Overleaf"}) for _ in range(2))
    key = first.json()["page_url"].rstrip("/").rpartition("/")[2]
    assert again.json() == first.json()
    assert ListLink.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept::text FROM accounts_keptanswer kept")
        assert key not in cursor.fetchone()[0]


def test_a_file_is_the_same_whatever_its_boundaries(alice: User) -> None:
    program = Program(alice)

    def send(content: bytes, boundary: str) -> HttpResponse:
        lines = [
            f"--{boundary}",
            'Content-Disposition: form-data; name="file"; filename="a.txt"',
            "",
            content.decode(),
            f"--{boundary}--",
            "",
        ]
        return program.client.generic(
            "POST",
            f"{ROOT}/imports/",
            "\r\n".join(lines).encode(),
            f"multipart/form-data; boundary={boundary}",
            headers=program.headers | {"Idempotency-Key": KEY},
        )

    first, again, other = send(b"2401.00001", "one"), send(b"2401.00001", "two"), send(b"2401.00002", "one")
    assert (first.status_code, again.json(), other.status_code) == (202, first.json(), 422)
    assert PaperImport.objects.count() == 1


def test_a_visitor_is_answered_as_ever(db: None) -> None:
    assert Client().post(f"{ROOT}/lists/", {}, "application/json", headers={"Idempotency-Key": KEY}).status_code == 401


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_many_make_one(self, alice: User, graph_lab: Team) -> None:
        program = Program(alice)
        answers = at_once([partial(post, program)] * 8)
        statuses = {answer.status_code for answer in answers}
        assert statuses <= {201, 409}
        assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
        assert ReadingList.objects.count() == 1

    def test_while_the_first_is_running_the_second_is_told_so(self, alice: User) -> None:
        key = key_of("person 1", KEY)

        def ask() -> object:
            with transaction.atomic():
                return recall_answer(key=key, fingerprint="x")

        with transaction.atomic():
            recall_answer(key=key, fingerprint="x")
            [found] = at_once([ask])
        assert isinstance(found, StillRunning)
        assert ask() is None
