"""A real Chromium before the live server; whatever its console complains of fails the test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.screenshots import CHROMIUM

SKIPPED = f"BROWSER TESTS SKIPPED: there is no {CHROMIUM}. Install the package chromium to run them."
PATIENCE_MS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason=SKIPPED))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any(SKIPPED in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(SKIPPED, red=True, bold=True)


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    """What drives browsers, for a module. Its loop lives in this thread, where Django would refuse the ORM."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as found:
        yield found
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


class Complaints(list[str]):
    """What the console said that nobody expected."""

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.append(str(error.error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.append(f"{message.text} ({message.location.get('url')})")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert heard == []


@pytest.fixture
def visitor(chromium: Browser, live_server: LiveServer, complaints: Complaints) -> Iterator[Page]:
    """A browser without a session."""
    with chromium.new_context(base_url=live_server.url, reduced_motion="reduce") as context:
        context.set_default_timeout(PATIENCE_MS)
        complaints.watch(context)
        yield context.new_page()


@pytest.fixture
def reader(visitor: Page, live_server: LiveServer, alice: User) -> Page:
    """A browser in which alice is logged in."""
    let_in(visitor.context, alice, live_server.url)
    return visitor


@pytest.fixture
def plain_reader(chromium: Browser, live_server: LiveServer, complaints: Complaints, alice: User) -> Iterator[Page]:
    """Alice without JavaScript."""
    with chromium.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        context.set_default_timeout(PATIENCE_MS)
        complaints.watch(context)
        let_in(context, alice, live_server.url)
        yield context.new_page()


def let_in(context: BrowserContext, user: User, url: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
