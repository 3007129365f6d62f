"""Your data in a real browser: the page follows a worker by itself, without script by looking again; leaving and coming back."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.actions.deleting import ask_for_deletion
from accounts.actions.exporting import ask_for_export, make_exports
from accounts.actions.teams import create_team
from accounts.models import Team, User
from tests.browser.conftest import let_in
from tests.browser.screenshots import THEMES, WIDTHS
from tests.browser.test_every_page import check
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
DATA = "/settings/data/"


def picture(page: Page, name: str) -> None:
    """Take pictures in every theme and width where PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for word, width in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=Path(folder) / f"{name}-{word}-{theme}.png", full_page=True)


def confirm(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def follow(page: Page, look_again: Callable[[], None], tmp_path: Path) -> None:
    """Ask for the data, see it become ready, and download it."""
    page.goto(DATA)
    page.get_by_role("button", name="Put my data together").click()
    confirm(page)
    expect(page.get_by_text("is being put together")).to_be_visible()
    picture(page, "waiting")
    make_exports()
    look_again()
    expect(page.get_by_text("is ready")).to_be_visible()
    picture(page, "ready")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    path = tmp_path / "data.zip"
    download.value.save_as(path)
    assert zipfile.ZipFile(path).testzip() is None
    page.goto(DATA)
    expect(page.get_by_text("You downloaded your data")).to_be_visible()


def test_the_page_shows_by_itself_when_the_data_is_ready(reader: Page, tmp_path: Path) -> None:
    follow(reader, lambda: None, tmp_path)


def test_without_script_one_looks_again(plain_reader: Page, tmp_path: Path) -> None:
    follow(plain_reader, lambda: plain_reader.get_by_role("link", name="Look again").click(), tmp_path)


def test_leaving_and_coming_back(reader: Page, alice: User) -> None:
    create_team(owner=alice, slug="solo", title="Solo Team")
    reader.goto(DATA)
    reader.get_by_text("I want to leave").click()
    picture(reader, "leaving")
    reader.get_by_label("Your handle").fill("alice")
    reader.get_by_role("button", name="Delete my account").click()
    confirm(reader)
    expect(reader.get_by_text("Your account will be deleted on")).to_be_visible()
    picture(reader, "farewell")
    reader.get_by_label("Email").fill(alice.email)
    reader.get_by_label("Password").fill(PASSWORD)
    reader.get_by_role("button", name="Log in", exact=True).click()
    expect(reader.get_by_role("heading", name="Your account will be deleted")).to_be_visible()
    reader.goto("/lists/")
    expect(reader.get_by_role("heading", name="Your account will be deleted")).to_be_visible()
    picture(reader, "grace")
    reader.get_by_role("button", name="Keep my account").click()
    expect(reader.get_by_text("Your account stays.")).to_be_visible()


def test_all_its_states_are_sound(reader: Page, alice: User, graph_lab: Team, live_server: object) -> None:
    check(reader, DATA)
    picture(reader, "hand-over")
    ask_for_export(user=alice)
    check(reader, DATA)
    make_exports()
    check(reader, DATA)
    bob = make_user("bob-too")
    ask_for_deletion(user=bob)
    let_in(reader.context, bob, live_server.url)  # type: ignore[attr-defined]
    check(reader, "/settings/deletion/")
