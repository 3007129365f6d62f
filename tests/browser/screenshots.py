"""Pictures of every page, at two widths and in both themes: python -m tests.browser.screenshots URL FOLDER [EMAIL PASSWORD]."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from papers.demo import PASSWORD, READERS

CHROMIUM = "/usr/bin/chromium"
WIDTHS = {"wide": 1280, "phone": 390}
THEMES = ("light", "dark")
DEMO = (READERS[0].email, PASSWORD)

VISITOR_PAGES = {
    "front-visitor": "/",
    "by-mail": "/digests/subscribe/",
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "not-found": "/no-such-page",
}
READER_PAGES = {
    "front": "/",
    "new": "/?sort=new",
    "search": "/search/?q=topic",
    "search-empty": "/search/",
    "submit": "/submit/",
    "save": "/save/",
    "imports": "/imports/",
    "browse": "/browse/",
    "lists": "/lists/",
    "reading": "/reading/?state=read",
    "reading-history": "/reading/history/",
    "following": "/following/",
    "top-of-week": "/?sort=top&period=week",
    "rising": "/?sort=rising",
    "new-list": "/lists/new/",
    "digests": "/digests/",
    "taste": "/digests/taste/",
    "digest-settings": "/digests/settings/",
    "inbox": "/inbox/",
    "notice-settings": "/settings/notices/",
    "profile": "/settings/",
    "tokens": "/settings/tokens/",
    "device": "/device/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "logout": "/accounts/logout/",
}
# What the demo library fills.
DEMO_PAGES = {
    "team-list": "/lists/demo-reading-group/how-we-got-here/",
    "suggestions": "/lists/demo-reading-group/how-we-got-here/suggestions/",
    "agenda": "/teams/demo-reading-group/agenda/",
    "team-digests": "/digests/teams/demo-reading-group/",
    "tags": "/tags/demo-reading-group/",
    "tag": "/tags/demo-reading-group/to present/",
}
# Pages whose address depends on the data: where to start, and the link to follow.
FOLLOWED = {
    "paper": ("/", "[data-open]"),
    "picker": ("/", "[data-card] a[href$='/lists']"),
    "list": ("/lists/", ".rows__title a"),
    "edit-list": ("/lists/", ".rows__title a", "a[href$='/edit/']"),
    "holder": ("/", ".menu__panel a[href^='/people/']"),
    "digest": ("/digests/", ".rows__title a"),
}


def main(address: str, folder: str, email: str = DEMO[0], password: str = DEMO[1]) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width, theme in ((width, theme) for width in WIDTHS for theme in THEMES):
            out = Path(folder)
            out.mkdir(parents=True, exist_ok=True)
            for name, page in walk(
                browser, address.rstrip("/"), width=width, theme=theme, login=(email, password), pages=READER_PAGES | DEMO_PAGES
            ):
                page.screenshot(path=out / f"{name}-{width}-{theme}.png", full_page=name not in {"front", "front-visitor", "new"})
        browser.close()


def walk(
    browser: Browser, address: str, *, width: str, theme: str, login: tuple[str, str], pages: Mapping[str, str] = READER_PAGES
) -> Iterator[tuple[str, Page]]:
    """Open one page after the other, first as a visitor, then as a reader."""
    size = {"width": WIDTHS[width], "height": 900}
    page = browser.new_context(viewport=size, color_scheme=theme, base_url=address, has_touch=width == "phone").new_page()
    for name, path in VISITOR_PAGES.items():
        page.goto(path)
        yield name, page
    log_in(page, *login)
    for name, path in pages.items():
        page.goto(path)
        yield name, page
    for name, (start, *links) in FOLLOWED.items():
        if follow(page, start, links):
            yield name, page
    if (response := page.goto("/styleguide/")) and response.ok:
        yield "styleguide", page


def log_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/")


def follow(page: Page, start: str, links: list[str]) -> bool:
    """Go to a page and on through links; False when there is no such link in this data."""
    page.goto(start)
    for link in links:
        found = page.locator(link)
        if not found.count():
            return False
        page.goto(str(found.first.get_attribute("href")))
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
