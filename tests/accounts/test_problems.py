"""Errors below /api/ are problem details, from whichever layer they come."""

import pytest
from django.core.exceptions import ValidationError as Invalid
from django.test import Client
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from accounts.actions.memberships import Refused
from accounts.api.problems import answer_exception, named
from accounts.models import User
from accounts.problems import in_a_header
from tests.api import ROOT, Program, wrong
from tests.factories import make_paper

MEMBERS = {"type", "title", "status", "detail", "error", "errors"}


def test_a_field_error_names_its_field_and_nothing_hides_the_title(alice: User) -> None:
    answer = Program(alice).ask("post", "/lists/", {"title": ""})
    body = answer.json()
    assert (answer.status_code, set(body)) == (400, MEMBERS)
    assert (body["type"], body["title"], body["status"]) == ("about:blank", "Bad Request", 400)
    assert body["errors"] == [{"field": "title", "detail": "This field may not be blank."}]
    assert body["error"] == body["detail"] == answer["X-Error-Message"] == "title: This field may not be blank."


def test_errors_inside_lists_are_named_by_their_path(alice: User) -> None:
    answer = Program(alice).ask("post", "/me/reading/", {"papers": ["ok", "x" * 301], "state": "read"})
    assert set(wrong(answer)) == {"papers.1"}
    assert list(named({"a": [{"b": ["no"]}], "non_field_errors": ["all of it"]})) == [
        {"field": "a.0.b", "detail": "no"},
        {"field": "", "detail": "all of it"},
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("get", "/papers/?size=0", 400), ("get", "/me/", 401), ("get", "/papers/none/", 404)]
)
def test_every_refusal_has_the_same_form(db: None, method: str, path: str, status: int) -> None:
    answer = Program().ask(method, path)
    assert (answer.status_code, set(answer.json()), answer.json()["status"]) == (status, MEMBERS, status)
    assert answer["X-Error-Message"]


def test_a_refusal_says_how_to_show_who_one_is(db: None) -> None:
    assert Program().ask("get", "/me/")["WWW-Authenticate"].startswith("Bearer")


def test_more_than_words_is_kept_beside_them(alice: User) -> None:
    paper = make_paper(arxiv_id="2401.00001")
    body = Program(alice).ask("post", "/submissions/", {"paper": "2401.00001"}).json()
    assert (body["status"], body["slug"], set(body) - MEMBERS) == (409, paper.slug, {"slug", "url"})


def test_an_account_about_to_go_is_told_so_in_the_same_form(alice: User, alices_browser: Client) -> None:
    alice.deletion_due_at = timezone.now()
    alice.save(update_fields=["deletion_due_at"])
    answer = alices_browser.get(f"{ROOT}/me/")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_another_form_than_json_cannot_be_had_and_is_told_in_json(db: None) -> None:
    answer = Client(headers={"Accept": "text/x-nonsense"}).get(f"{ROOT}/papers/")
    assert (answer.status_code, answer.json()["status"]) == (406, 406)


@pytest.mark.parametrize(
    ("exception", "status"), [(Refused("not now"), 409), (Invalid({"name": ["odd"]}), 400), (ValidationError({"name": ["odd"]}), 400)]
)
def test_what_an_action_says_is_understood(exception: Exception, status: int) -> None:
    answer = answer_exception(exception, {})
    assert answer is not None
    assert answer.status_code == status


def test_what_nobody_expected_is_left_to_django() -> None:
    assert answer_exception(RuntimeError("secret"), {}) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [("“a” – b…", '"a" - b...'), ("a\r\nSet-Cookie: x", "a Set-Cookie: x"), ("é 漢 \x07", "é ? ?"), ("x" * 900, "x" * 500)],
)
def test_a_header_carries_one_line_of_latin_letters(text: str, line: str) -> None:
    assert in_a_header(text) == line


def test_what_is_not_there_is_told_in_words_that_can_be_translated(alice: User) -> None:
    told = Program(alice).ask("get", "/teams/no-such-team/").json()
    assert (told["status"], told["detail"]) == (404, "There is no such thing, or none that you may see.")
