"""What somebody reads when something went wrong."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from accounts.models import User
from papers.actions.lists import create_list
from papers.models import Visibility
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def says(response: HttpResponse, status: int, words: str) -> bool:
    return response.status_code == status and f"<h1>{words}</h1>" in response.content.decode()


def test_an_unknown_address_is_not_found_in_our_words(visitors_browser: Client) -> None:
    assert says(visitors_browser.get("/no-such-page"), 404, "This page is not here")


def test_changing_what_is_not_ones_own_is_refused_in_our_words(alices_browser: Client, bob: User) -> None:
    his = create_list(owner=bob.namespace, title="His", visibility=Visibility.PUBLIC)
    address = reverse("papers:edit_list", args=["bob", his.slug])
    assert says(alices_browser.get(address), 403, "This is not yours to change")


def test_a_form_from_elsewhere_is_refused_in_our_words(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    address = reverse("papers:vote", args=[make_paper().slug])
    assert says(client.post(address, {"action": "cast"}), 403, "The form was too old")


def test_a_request_without_sense_is_refused_in_our_words() -> None:
    assert says(defaults.bad_request(RequestFactory().get("/"), ValueError()), 400, "This request makes no sense")


def test_a_failure_of_ours_is_told_without_asking_anything_of_the_request() -> None:
    assert says(defaults.server_error(RequestFactory().get("/")), 500, "Something broke on our side")
