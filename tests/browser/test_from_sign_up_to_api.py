"""The whole way in a real browser: sign up by mail, passkey, team by link, key for a program, and the end of that key."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.actions.invitations import make_link
from accounts.models import Membership, Team, User

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a horse of another colour"


@pytest.fixture
def passkeys(visitor: Page) -> Iterator[str]:
    """A device with a passkey chip that always recognises its owner (CDP's virtual authenticator)."""
    device = visitor.context.new_cdp_session(visitor)
    device.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    yield device.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"]
    device.detach()


def sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("dora@lab.example")
    page.get_by_label("Handle").fill("dora")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_label("Code")).to_be_visible()
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert code, mail.outbox[-1].body
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("dora").first).to_be_visible()


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("laptop", exact=True).first).to_be_visible()


def log_in_with_passkey(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("dora").first).to_be_visible()


def join_by_link(page: Page, secret: str) -> None:
    page.goto(f"/join/{secret}/")
    assert secret not in page.url
    expect(page.get_by_role("heading", name="Join Graph Lab")).to_be_visible()
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_text("Welcome to “Graph Lab”")).to_be_visible()


def make_token(page: Page) -> str:
    page.goto("/settings/tokens/")
    page.get_by_role("textbox", name="Name").fill("notebook")
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("link", name="Use a security key").click()  # instead of the password that is asked for
    page.get_by_role("button", name="Use your passkey").click()
    secret = page.locator("#secret").text_content()
    assert secret
    return secret.strip()


def call_api(page: Page, token: str) -> tuple[int, dict[str, object]]:
    answer = page.request.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}", "Cookie": ""})
    return answer.status, answer.json()


def test_from_signing_up_to_a_revoked_key(visitor: Page, passkeys: str, graph_lab: Team, alice: User) -> None:
    _link, secret = make_link(team=graph_lab, actor=alice)
    sign_up(visitor)
    add_passkey(visitor)
    log_in_with_passkey(visitor)
    join_by_link(visitor, secret)
    assert Membership.objects.get(team=graph_lab, user__namespace__name="dora").role == "member"
    token = make_token(visitor)
    status, me = call_api(visitor, token)
    assert (status, me["handle"], me["teams"]) == (200, "dora", [{"slug": "graph-lab", "title": "Graph Lab", "role": "member"}])
    visitor.goto("/settings/tokens/")
    visitor.get_by_role("button", name="Revoke").click()
    expect(visitor.get_by_text("“notebook” no longer works.")).to_be_visible()
    assert call_api(visitor, token)[0] == 401
