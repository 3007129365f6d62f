"""A program without a browser is logged in, by the keyboard alone, in both themes and at two widths."""

import os

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.actions.tokens import find_token
from accounts.models import User
from tests.browser.test_every_page import check
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def start(client: str = "26be6b09-91c5-47da-9861-d2d2bb7a7e36") -> dict[str, str]:
    program = {"User-Agent": "python-httpx2/2.5.0"}
    codes: dict[str, str] = Client().post("/oauth/device", {"client_id": client}, headers=program).json()
    return codes


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_pages_are_sound(reader: Page) -> None:
    long_name = start("Electroencephalographically" * 2 + " notebook")
    check(reader, "/device/", "/device/?code=BBBB-BBBB", f"/device/?code={start()['user_code']}", f"/device/?code={long_name['user_code']}")


def test_a_code_is_typed_and_allowed_by_the_keyboard(reader: Page, alice: User) -> None:
    codes = start()
    reader.goto("/device/")
    expect(reader.get_by_label("Code")).to_be_focused()
    reader.keyboard.type(codes["user_code"].lower())
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text("“hf (Hugging Face client)” wants to act as you")
    expect(reader.get_by_text("python-httpx2/2.5.0")).to_be_visible()
    for width in (1280, 390):
        for theme in ("light", "dark"):
            reader.set_viewport_size({"width": width, "height": 900})
            reader.emulate_media(color_scheme=theme)
            picture(reader, f"asks-{width}-{theme}")
    reader.get_by_label("bring in papers").focus()
    reader.keyboard.press("Space")
    for _ in range(20):
        reader.keyboard.press("Tab")
        if reader.evaluate("document.activeElement.textContent.trim()") == "Allow it":
            break
    reader.keyboard.press("Enter")
    reader.get_by_label("Password").fill(PASSWORD)
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text("“hf (Hugging Face client)” is logged in")
    picture(reader, "done")
    asked = {"grant_type": GRANT, "device_code": codes["device_code"], "client_id": "26be6b09-91c5-47da-9861-d2d2bb7a7e36"}
    token = find_token(secret=Client().post("/oauth/token", asked).json()["access_token"])
    assert (token.user, "papers:write" in token.scopes, "papers:read" in token.scopes) == (alice, False, True)


def test_a_code_is_refused(reader: Page) -> None:
    codes = start()
    reader.goto(f"/device/?code={codes['user_code']}")
    reader.get_by_role("button", name="Refuse").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("gets nothing")
