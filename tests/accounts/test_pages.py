"""The settings pages, and logging in and signing up."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.tokens import find_token, make_token
from accounts.models import Scope, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW_TOKEN = {"name": "notebook", "days": 90, "scopes": [Scope.PAPERS_READ]}


@pytest.fixture
def logged_in(alices_browser: Client) -> Client:
    """Alice's browser just after she gave her password once more."""
    alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return alices_browser


def test_settings_are_for_people_with_an_account(visitors_browser: Client) -> None:
    for name in ("profile", "tokens"):
        address = reverse(f"accounts:{name}")
        assert visitors_browser.get(address)["Location"] == f"/accounts/login/?next={address}"


REST = {"handle": "alice", "theme": "system"}


def test_a_profile_is_changed(alices_browser: Client, alice: User) -> None:
    fields = {"full_name": "Alice A.", "affiliation": "", "orcid": "0000-0002-1825-0097", "time_zone": "Asia/Tokyo"} | REST
    assert alices_browser.post(reverse("accounts:profile"), fields)["Location"] == reverse("accounts:profile")
    alice.refresh_from_db()
    assert (alice.full_name, alice.time_zone) == ("Alice A.", "Asia/Tokyo")


def test_what_is_wrong_with_a_profile_is_said_beside_the_field(alices_browser: Client) -> None:
    page = alices_browser.post(reverse("accounts:profile"), {"orcid": "12", "time_zone": "UTC"} | REST).content.decode()
    assert 'id="id_orcid_error"' in page
    assert re.search(r'aria-describedby="[^"]*id_orcid_error"[^>]*id="id_orcid"', page)


def test_a_new_token_is_shown_once(logged_in: Client, alice: User) -> None:
    made = logged_in.post(reverse("accounts:tokens"), NEW_TOKEN)
    secret = re.search(r"lectern_pat_\w{36}", made.content.decode())
    assert secret is not None
    token = find_token(secret=secret[0])
    assert token is not None
    assert (token.user, token.scopes) == (alice, [Scope.PAPERS_READ])
    assert "no-store" in made["Cache-Control"]
    assert secret[0] not in logged_in.get(reverse("accounts:tokens")).content.decode()


def test_a_token_is_not_made_long_after_the_password_was_given(logged_in: Client, alice: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        asked = logged_in.post(reverse("accounts:tokens"), NEW_TOKEN)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not alice.api_tokens.exists()


def test_a_form_that_waited_for_the_password_goes_on_after_it(alices_browser: Client, alice: User) -> None:
    asked = alices_browser.post(reverse("accounts:tokens"), NEW_TOKEN)
    page = alices_browser.post(asked["Location"], {"password": PASSWORD, "next": reverse("accounts:tokens")}).content.decode()
    assert "Your new token" in page
    assert alice.api_tokens.get().name == "notebook"


def test_a_token_without_a_scope_is_refused(logged_in: Client, alice: User) -> None:
    page = logged_in.post(reverse("accounts:tokens"), {"name": "idle"}).content.decode()
    assert "This field is required." in page
    assert not alice.api_tokens.exists()


def test_a_revoked_token_ends_at_once_and_stays_listed(alices_browser: Client, alice: User) -> None:
    token, secret = make_token(user=alice, name="old laptop", scopes=[Scope.PAPERS_READ])
    alices_browser.post(reverse("accounts:revoke_token", args=[token.pk]))
    assert find_token(secret=secret) is None
    assert "old laptop" in alices_browser.get(reverse("accounts:tokens")).content.decode()


def test_nobody_sees_or_ends_another_readers_token(alices_browser: Client, bob: User) -> None:
    token, secret = make_token(user=bob, name="bobs laptop", scopes=[Scope.PAPERS_READ])
    assert "bobs laptop" not in alices_browser.get(reverse("accounts:tokens")).content.decode()
    assert alices_browser.post(reverse("accounts:revoke_token", args=[token.pk])).status_code == 404
    assert find_token(secret=secret) == token


def test_somebody_signs_up_with_a_code_from_a_mail(visitors_browser: Client) -> None:
    fields = {"email": "dora@lab.example", "handle": "dora", "password1": "a long enough one 77", "time_zone": "Europe/Berlin"}
    asked = visitors_browser.post(reverse("account_signup"), fields)
    page = visitors_browser.get(asked["Location"]).content.decode()
    assert "dora@lab.example" in page
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None
    assert visitors_browser.post(asked["Location"], {"code": code[1]})["Location"] == "/"
    dora = User.objects.get(email="dora@lab.example")
    assert (dora.handle, dora.time_zone) == ("dora", "Europe/Berlin")


def test_a_taken_handle_is_refused_in_words(visitors_browser: Client, alice: User) -> None:
    fields = {"email": "other@lab.example", "handle": "Alice", "password1": "a long enough one 77"}
    assert "This handle is taken." in visitors_browser.post(reverse("account_signup"), fields).content.decode()


ALLAUTH_PAGES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_email_verification_sent",
]
ALLAUTH_OWN_PAGES = ["account_email", "account_change_password", "account_logout", "account_reauthenticate"]


@pytest.mark.parametrize("name", [*ALLAUTH_PAGES, *ALLAUTH_OWN_PAGES])
def test_allauths_pages_are_ours_in_look_and_carry_nothing_inline(name: str, visitors_browser: Client, logged_in: Client) -> None:
    response = (logged_in if name in ALLAUTH_OWN_PAGES else visitors_browser).get(reverse(name), follow=True)
    page = response.content.decode()
    assert 'class="masthead"' in page
    assert page.count("<h1") == 1
    assert not re.search(r'<style|\sstyle=|\son\w+=|<script(?![^>]*(?:\ssrc=|type="application/json"))', page)


def test_a_new_handle_moves_the_page_and_the_old_one_leads_there(alices_browser: Client, alice: User) -> None:
    fields = {"time_zone": "UTC", "theme": "dark", "handle": "alice-a"}
    assert alices_browser.post(reverse("accounts:profile"), fields).status_code == 302
    assert alices_browser.get(reverse("papers:holder", args=["alice"]))["Location"] == reverse("papers:holder", args=["alice-a"])
    assert 'data-theme="dark"' in alices_browser.get("/").content.decode()


def test_a_handle_that_is_taken_is_refused_beside_the_field_and_nothing_is_saved(alices_browser: Client, alice: User, bob: User) -> None:
    page = alices_browser.post(reverse("accounts:profile"), {"time_zone": "Asia/Tokyo", "theme": "dark", "handle": "bob"})
    assert 'id="id_handle_error"' in page.content.decode()
    alice.refresh_from_db()
    assert (alice.handle, alice.time_zone) == ("alice", "UTC")
