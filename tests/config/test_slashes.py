"""Addresses with a slash too few."""

import pytest
from django.test import Client

from accounts.actions.tokens import make_token
from accounts.models import Scope, User
from papers.models import ReadingList
from tests.api import Program


def test_what_is_sent_without_the_last_slash_is_sent_again(alice: User) -> None:
    _token, secret = make_token(user=alice, name="test", scopes=Scope.values)
    sent = {"data": {"title": "Thesis"}, "content_type": "application/json", "headers": {"Authorization": f"Bearer {secret}"}}
    answer = Client().post("/api/v1/lists", **sent)
    assert (answer.status_code, answer["Location"], answer.content) == (308, "/api/v1/lists/", b"")
    assert "Content-Type" not in answer
    assert Client().post("/api/v1/lists", follow=True, **sent).status_code == 201
    assert ReadingList.objects.get().title == "Thesis"


@pytest.mark.parametrize("form", [".", "?", "%23", " ", "exe"])
def test_a_form_that_is_none_is_not_taken_for_a_list(form: str, alice: User) -> None:
    assert Program(alice).ask("get", f"/lists/alice/shelf.{form}").status_code == 404
