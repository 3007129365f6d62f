"""Saving from other pages, in a real browser: the bookmark, the extension's own button, and what a telephone installs."""

import json
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.actions.lists import create_list, saved_list
from papers.actions.submitting import look_up_submissions
from tests.browser.conftest import PATIENCE_MS, let_in
from tests.browser.screenshots import CHROMIUM
from tests.browser.test_every_page import check
from tests.factories import make_paper
from tests.papers.hosts import Archive, Deposit, serving

pytestmark = pytest.mark.django_db(transaction=True)
EXTENSION = Path(__file__).parents[2] / "extension"
ELSEWHERE = "https://journal.example/an-article"
ARTICLE = """<!doctype html><html><head><title>A journal</title><meta name="citation_title" content="An article">
<meta name="citation_arxiv_id" content="2611.00007"></head><body><h1>An article</h1></body></html>"""


@pytest.fixture
def archive(settings: Any, live_server: LiveServer) -> Iterator[Archive]:
    with serving(Archive([Deposit(7)])) as found:
        settings.FETCH_PAUSE, settings.FETCH_PRIVATE, settings.ARXIV_API = 0, True, f"{found.url}/api/query"
        settings.SITE_URL = live_server.url
        yield found


def publish(context: BrowserContext) -> None:
    """Let a journal answer with its article."""
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=ARTICLE, content_type="text/html"))


def test_the_pages_are_sound(reader: Page, alice: User, archive: Archive) -> None:
    here = make_paper(title="On " + "Electroencephalographically" * 3)
    create_list(owner=alice.namespace, title="Electroencephalographically" * 3)
    check(reader, "/save/", f"/save/?id={here.slug}", "/save/?id=2611.00007", "/save/?title=nothing+like+it")
    reader.goto("/save/?id=2611.00007")
    reader.get_by_role("button", name="Bring it in and save it").click()
    expect(reader.get_by_text("being looked up")).to_be_visible()
    check(reader, "/save/?id=2611.00007")


def test_the_bookmark_opens_a_small_window_that_saves(reader: Page, alice: User, archive: Archive) -> None:
    make_paper(arxiv_id="2611.00007", title="An article")
    publish(reader.context)
    reader.goto("/save/")
    bookmark = reader.get_by_role("link", name="Save to ")
    link = bookmark.get_attribute("href") or ""
    bookmark.click()
    expect(reader.get_by_text("Drag it into the bar")).to_be_visible()
    reader.goto(ELSEWHERE)
    with reader.context.expect_page() as opened:
        reader.evaluate(unquote(link.removeprefix("javascript:")))
    window = opened.value
    expect(window.get_by_role("link", name="An article")).to_be_visible()
    window.get_by_role("button", name="Saved").click()
    expect(window.get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    assert saved_list(user=alice).items.get().paper.arxiv_id == "2611.00007"


Install = Callable[[Path], tuple[BrowserContext, str]]


@pytest.fixture
def install(driver: Playwright, tmp_path: Path) -> Iterator[Install]:
    """Start a browser that has an extension; return it with the extension's number."""
    started: list[BrowserContext] = []

    def start(folder: Path) -> tuple[BrowserContext, str]:
        switches = [
            "--no-sandbox",
            f"--disable-extensions-except={folder}",
            f"--load-extension={folder}",
            "--enable-unsafe-extension-debugging",
        ]
        context = driver.chromium.launch_persistent_context(tmp_path / "profile", executable_path=CHROMIUM, args=switches)
        started.append(context)
        context.set_default_timeout(PATIENCE_MS)
        worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        return context, worker.url.split("/")[2]

    yield start
    for context in started:
        context.close()


def press(context: BrowserContext, number: str, page: Page) -> Page:
    """Press the extension's button beside the address bar; return the window that opens."""
    assert context.browser
    session = context.browser.new_browser_cdp_session()
    tabs = session.send("Target.getTargets", {"filter": [{"type": "tab"}]})["targetInfos"]
    tab = next(each["targetId"] for each in tabs if each["url"] == page.url)
    with context.expect_page() as opened:
        session.send("Extensions.triggerAction", {"id": number, "targetId": tab})
    return opened.value


def test_the_extension_brings_a_paper_into_a_list(
    live_server: LiveServer, alice: User, archive: Archive, install: Install, tmp_path: Path
) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    browser = Client()
    browser.force_login(alice)
    with ZipFile(BytesIO(browser.get("/save/extension.zip").content)) as packed:
        packed.extractall(tmp_path / "unpacked")
    context, number = install(tmp_path / "unpacked")
    let_in(context, alice, live_server.url)
    publish(context)
    page = context.new_page()
    page.goto(ELSEWHERE)
    window = press(context, number, page)
    expect(window.get_by_text("An article")).to_be_visible()
    window.get_by_label("Into the list").select_option(label="Shelf")
    window.get_by_role("button", name="Bring it in and save it").click()
    expect(window.get_by_text("being looked up")).to_be_visible()
    assert look_up_submissions() == 1
    expect(window.get_by_role("link", name="Paper 7")).to_be_visible()  # by itself
    expect(window.get_by_role("button", name="Shelf")).to_have_attribute("aria-pressed", "true")
    assert shelf.items.get().paper.title == "Paper 7"


def test_a_page_of_the_browser_itself_tells_nothing(
    live_server: LiveServer, alice: User, archive: Archive, install: Install, tmp_path: Path
) -> None:
    shutil.copytree(EXTENSION, tmp_path / "copy")
    (tmp_path / "copy" / "instance.json").write_text(json.dumps({"address": live_server.url}))
    context, number = install(tmp_path / "copy")
    let_in(context, alice, live_server.url)
    page = context.new_page()
    page.goto("chrome://version")
    window = press(context, number, page)
    expect(window).to_have_url(f"{live_server.url}/save/")
    expect(window.get_by_label("Which paper")).to_be_visible()


def test_the_extension_asks_which_lectern_it_is(live_server: LiveServer, install: Install) -> None:
    context, number = install(EXTENSION)
    page = context.new_page()
    page.goto(live_server.url)  # an empty tab would become the options itself
    options = press(context, number, page)
    field = options.get_by_label("Address of your Lectern")
    field.fill("lectern")
    options.get_by_role("button", name="Keep it").click()
    expect(options.get_by_role("status")).to_contain_text("This is no address")
    expect(field).to_be_focused()
    field.fill(f"{live_server.url}/papers/1706.03762")
    options.get_by_role("button", name="Keep it").click()
    expect(options.get_by_role("status")).to_contain_text("Kept.")
    options.reload()
    expect(field).to_have_value(live_server.url)


def test_a_telephone_may_install_it(reader: Page) -> None:
    reader.goto("/")
    session = reader.context.new_cdp_session(reader)
    assert session.send("Page.getAppManifest")["errors"] == []
    problems = {each["errorId"] for each in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert problems <= {"in-incognito"}  # as every browser of these tests is
