"""`hf auth login` without a token: the command shows a code, its person answers in a browser, and the command goes on."""

import re
import subprocess

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.devices import USUAL_SCOPES
from accounts.models import ApiToken
from tests.factories import PASSWORD
from tests.hub.clients import HubClient
from tests.hub.conftest import MakeClient


@pytest.fixture
def client(client_of: MakeClient) -> HubClient:
    made = client_of()
    if made.release.startswith("1."):
        pytest.skip("this release asks for a token at the keyboard and knows no other way")
    return made


@pytest.fixture
def hers(alices_browser: Client) -> Client:
    alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return alices_browser


def shown(command: "subprocess.Popen[str]") -> str:
    """Return the code that the command shows; it prints a dot once it has asked for the token the first time."""
    assert command.stdout is not None
    printed = ""
    while not (found := re.search(r"code[: ]+([A-Z]{4}-[A-Z]{4})", printed)):
        line = command.stdout.readline()
        assert line, printed
        printed += line
    return found[1]


@pytest.mark.parametrize("words", [(), ("--format", "agent")])
def test_the_code_that_is_allowed_logs_in(client: HubClient, hers: Client, words: tuple[str, ...]) -> None:
    with client.start_hf("auth", "login", *words) as command:
        code = shown(command)
        page = hers.get("/device/", {"code": code}).content.decode()
        assert "hf (Hugging Face client)" in page
        assert "is logged in" in hers.post("/device/allow", {"code": code, "scopes": list(USUAL_SCOPES)}).content.decode()
        said, _ = command.communicate(timeout=60)
    assert command.returncode == 0, said
    assert "alice" in client.hf("auth", "whoami")
    assert client.one("whoami")["auth"]["accessToken"] | {"createdAt": ""} == {
        "displayName": "hf (Hugging Face client)",
        "role": "write",
        "createdAt": "",
    }
    assert "alice/seminar" in client.hf("collections", "create", "Seminar")
    assert "hf (Hugging Face client)" in client.hf("auth", "list")
    client.hf("auth", "switch", "--token-name", "hf (Hugging Face client)")
    assert ApiToken.objects.get().last_used_at
    client.hf("auth", "logout")


def test_the_code_that_is_refused_does_not(client: HubClient, hers: Client) -> None:
    with client.start_hf("auth", "login") as command:
        hers.post("/device/refuse", {"code": shown(command)})
        said, _ = command.communicate(timeout=60)
    assert command.returncode == 1
    assert "Authorization was denied" in said
    assert not ApiToken.objects.exists()
