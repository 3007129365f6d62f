"""Programs without a browser ask for a token, and a person answers on a page: RFC 8628, step by step."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import tokens
from accounts.actions.deleting import ask_for_deletion
from accounts.actions.devices import EARLY, INTERVAL, LETTERS, LIFETIME, USUAL_SCOPES
from accounts.actions.tidying import tidy
from accounts.actions.tokens import find_token, make_token
from accounts.models import ApiToken, DeviceRequest, Scope, User
from accounts.models.device import TOLD_FOR
from tests.factories import PASSWORD
from tests.threads import at_once

pytestmark = pytest.mark.django_db
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
HF = "26be6b09-91c5-47da-9861-d2d2bb7a7e36"
PAGE, ALLOW, REFUSE = "/device/", "/device/allow", "/device/refuse"


def start(client: str = "notebook", **more: Any) -> Any:
    answer = Client().post("/oauth/device", {"client_id": client, **more}, headers={"User-Agent": "notebook/1"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def poll(codes: Any, client: str = "notebook", **more: Any) -> HttpResponse:
    return Client().post("/oauth/token", {"grant_type": GRANT, "device_code": codes["device_code"], "client_id": client, **more})


def error(answer: HttpResponse) -> str:
    assert answer.status_code == 400
    told: str = answer.json()["error"]
    return told


@pytest.fixture
def hers(alices_browser: Client) -> Client:
    """Alice's browser, in which she has just shown who she is."""
    alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return alices_browser


def allow(browser: Client, codes: Any, scopes: Any = USUAL_SCOPES) -> HttpResponse:
    return browser.post(ALLOW, {"code": codes["user_code"], "scopes": list(scopes)})


class TestAsking:
    def test_a_program_gets_two_codes_and_where_to_send_its_person(self) -> None:
        codes = start()
        assert re.fullmatch(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", codes["user_code"])
        assert len(codes["device_code"]) == 43
        assert codes["verification_uri"].endswith(PAGE)
        assert codes["verification_uri_complete"] == f"{codes['verification_uri']}?code={codes['user_code']}"
        assert (codes["expires_in"], codes["interval"]) == (LIFETIME.total_seconds(), INTERVAL)

    def test_no_cache_keeps_the_codes(self) -> None:
        assert "no-store" in Client().post("/oauth/device", {"client_id": "notebook"})["Cache-Control"]

    @pytest.mark.parametrize("client", ["", " ", "x" * 81, "note\nbook", "note\x00book"])
    def test_a_program_gives_itself_a_name(self, client: str) -> None:
        assert error(Client().post("/oauth/device", {"client_id": client})) == "invalid_request"

    def test_a_scope_that_there_is_not(self) -> None:
        assert error(Client().post("/oauth/device", {"client_id": "notebook", "scope": "papers:read all"})) == "invalid_scope"

    def test_only_so_many_from_one_network(self) -> None:
        answers = [Client().post("/oauth/device", {"client_id": "notebook"}) for _ in range(31)]
        assert [answer.status_code for answer in answers] == [200] * 30 + [429]
        assert int(answers[-1]["Retry-After"]) > 0

    def test_neither_code_is_in_the_database(self) -> None:
        codes = start()
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(t)::text FROM accounts_devicerequest t")
            [(row,)] = cursor.fetchall()
        assert codes["device_code"] not in row
        assert codes["user_code"] not in row
        assert codes["user_code"].replace("-", "") not in row

    def test_a_get_asks_for_nothing(self) -> None:
        assert {Client().get(path).status_code for path in ("/oauth/device", "/oauth/token")} == {405}

    def test_what_has_expired_is_thrown_away(self) -> None:
        start()
        DeviceRequest.objects.update(expires_at=timezone.now() - TOLD_FOR + timedelta(minutes=1))
        tidy()
        assert DeviceRequest.objects.exists()
        DeviceRequest.objects.update(expires_at=timezone.now() - TOLD_FOR - timedelta(minutes=1))
        tidy()
        assert not DeviceRequest.objects.exists()


class TestThePage:
    def test_a_visitor_logs_in_and_comes_back(self) -> None:
        path = f"{PAGE}?code={start()['user_code']}"
        assert Client().get(path)["Location"].endswith(f"?next=/device/%3Fcode%3D{path[-9:]}")

    def test_it_says_who_asks_for_what_and_from_where(self, hers: Client) -> None:
        codes = start(HF, scope="lists:write papers:read")
        page = hers.get(PAGE, {"code": codes["user_code"]}).content.decode()
        for words in ("hf (Hugging Face client)", "notebook/1", "127.0.0.1", codes["user_code"], "change my lists", "90 days"):
            assert words in page
        assert "upvote papers" not in page

    def test_what_a_program_calls_itself_is_text(self, hers: Client) -> None:
        codes = start("<b>bold</b>")
        assert b"<b>" not in hers.get(PAGE, {"code": codes["user_code"]}).content

    @pytest.mark.parametrize("spelling", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "])
    def test_a_code_may_be_typed_in_any_way(self, hers: Client, spelling: Any) -> None:
        codes = start()
        page = hers.get(PAGE, {"code": spelling(codes["user_code"])}).content.decode()
        assert f"<code>{codes['user_code']}</code>" in page  # as the program shows it, to compare

    @pytest.mark.parametrize("code", ["BBBB-BBBB", "x", "x" * 300, "\x00"])
    def test_a_code_that_there_is_not(self, hers: Client, code: str) -> None:
        start()
        answer = hers.post(ALLOW, {"code": code})
        assert answer.status_code == 200
        assert "wants to act as you" not in answer.content.decode()

    def test_nobody_guesses_codes(self, hers: Client) -> None:
        tries = [hers.get(PAGE, {"code": f"BBBB-BBB{letter}"}).status_code for letter in LETTERS[:12]]
        assert tries == [200] * 10 + [429, 429]

    def test_allowing_asks_once_more_who_it_is(self, alices_browser: Client) -> None:
        codes = start()
        asked = allow(alices_browser, codes)
        assert asked["Location"].startswith(reverse("account_reauthenticate"))
        assert error(poll(codes)) == "authorization_pending"
        done = alices_browser.post(asked["Location"], {"password": PASSWORD}, follow=True)
        assert "is logged in" in done.content.decode()
        assert DeviceRequest.objects.get().state == "allowed"

    def test_one_answer_is_enough(self, hers: Client, carol: User) -> None:
        codes = start()
        allow(hers, codes)
        other = Client()
        other.force_login(carol)
        for answer in (hers.get(PAGE, {"code": codes["user_code"]}), other.post(REFUSE, {"code": codes["user_code"]})):
            assert "No program waits under this code" in answer.content.decode()

    def test_nothing_ticked_is_no_answer(self, hers: Client) -> None:
        codes = start()
        assert "This field is required" in allow(hers, codes, []).content.decode()
        assert error(poll(codes)) == "authorization_pending"

    def test_it_can_be_allowed_less_but_not_more_than_it_asks(self, hers: Client) -> None:
        codes = start(scope="papers:read lists:read")
        assert "Select a valid choice" in allow(hers, codes, ["papers:read", "lists:write"]).content.decode()
        allow(hers, codes, ["papers:read"])
        told = poll(codes).json()
        assert told["scope"] == "papers:read"
        assert ApiToken.objects.get().scopes == ["papers:read"]

    def test_who_has_too_many_keys_is_told(self, hers: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
        make_token(user=alice, name="laptop", scopes=[])
        codes = start()
        assert "Revoke one first" in allow(hers, codes).content.decode()
        assert error(poll(codes)) == "authorization_pending"


class TestFetching:
    def test_the_token_works_and_is_named_after_the_program(self, hers: Client, alice: User) -> None:
        codes = start(HF)
        assert allow(hers, codes).status_code == 200
        answer = poll(codes, HF)
        told = answer.json()
        assert (answer.status_code, told["token_type"]) == (200, "Bearer")
        assert set(told["scope"].split()) == set(USUAL_SCOPES)
        assert told["expires_in"] == pytest.approx(tokens.LIFETIME.total_seconds(), abs=60)
        assert "no-store" in answer["Cache-Control"]
        token = find_token(secret=told["access_token"])
        assert (token.user, token.name) == (alice, "hf (Hugging Face client)")

    def test_a_token_is_fetched_once(self, hers: Client) -> None:
        codes = start()
        allow(hers, codes)
        assert poll(codes).status_code == 200
        assert error(poll(codes)) == "invalid_grant"
        assert ApiToken.objects.count() == 1

    def test_who_asks_too_soon_waits_longer_each_time(self, hers: Client) -> None:
        codes, now = start(), timezone.now()
        with time_machine.travel(now, tick=False) as clock:
            assert error(poll(codes)) == "authorization_pending"
            clock.shift(INTERVAL - 2)
            assert error(poll(codes)) == "slow_down"
            allow(hers, codes)
            clock.shift(INTERVAL)
            assert error(poll(codes)) == "slow_down"
            clock.shift(INTERVAL + 10 - EARLY.total_seconds())
            assert poll(codes).status_code == 200

    def test_a_refusal_is_told(self, hers: Client) -> None:
        codes = start()
        assert "gets nothing" in hers.post(REFUSE, {"code": codes["user_code"]}).content.decode()
        assert error(poll(codes)) == error(poll(codes)) == "access_denied"

    @pytest.mark.parametrize("answered", [False, True])
    def test_a_code_ends_after_a_quarter_of_an_hour(self, hers: Client, answered: bool) -> None:
        codes = start()
        if answered:
            allow(hers, codes)
        with time_machine.travel(timezone.now() + LIFETIME, tick=False):
            assert error(poll(codes)) == "expired_token"
            assert "No program waits under this code" in hers.get(PAGE, {"code": codes["user_code"]}).content.decode()
        assert not ApiToken.objects.exists()

    def test_a_code_is_for_the_program_that_asked(self, hers: Client) -> None:
        codes = start()
        allow(hers, codes)
        assert error(poll(codes, "another")) == "invalid_grant"
        assert error(poll({"device_code": codes["user_code"]})) == "invalid_grant"
        assert poll(codes).status_code == 200

    @pytest.mark.parametrize("leaves", [True, False])
    def test_whose_account_was_closed_meanwhile_gives_none(self, hers: Client, alice: User, leaves: bool) -> None:
        codes = start()
        allow(hers, codes)
        if leaves:
            ask_for_deletion(user=alice)
        else:
            User.objects.filter(pk=alice.pk).update(is_active=False)
        assert error(poll(codes)) == "access_denied"
        assert not ApiToken.objects.exists()

    def test_keys_that_were_made_meanwhile_count(self, hers: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        codes = start()
        allow(hers, codes)
        monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
        make_token(user=alice, name="laptop", scopes=[])
        assert error(poll(codes)) == "access_denied"

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({}, "invalid_request"),
            ({"grant_type": GRANT}, "invalid_request"),
            ({"grant_type": GRANT, "device_code": "x"}, "invalid_request"),
            ({"grant_type": GRANT, "device_code": "\x00", "client_id": "\x00"}, "invalid_grant"),
            ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
            ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ],
    )
    def test_what_is_no_question(self, asked: dict[str, str], told: str) -> None:
        assert error(Client().post("/oauth/token", asked)) == told

    def test_a_session_counts_for_nothing(self, hers: Client) -> None:
        """Nobody can be made to ask in a browser: what the answer holds is for the program that knows its code."""
        codes = start()
        assert error(hers.post("/oauth/token", {"grant_type": GRANT, "device_code": codes["device_code"], "client_id": "notebook"})) == (
            "authorization_pending"
        )


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_the_token(hers: Client) -> None:
    codes = start()
    allow(hers, codes, [Scope.PAPERS_READ])
    answers = at_once([lambda: poll(codes).status_code] * 6)
    assert sorted(answers) == [200] + [400] * 5
    assert ApiToken.objects.count() == 1
