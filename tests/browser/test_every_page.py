"""Every page, looked at by axe in both themes and at two widths, and at 320 px for anything that sticks out."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, TimeoutError, expect

from accounts.actions.events import record_event
from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from digests.models import Digest
from digests.signing import answer_token, preferences_token, stop_token, unsubscribe_token
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.reading import set_state
from papers.actions.voting import cast_vote
from papers.models import Paper, Visibility
from tests.browser.screenshots import READER_PAGES, THEMES, VISITOR_PAGES, WIDTHS
from tests.digests.makers import sent_now
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
AXE = next(Path(inspect.getfile(axe_playwright_python)).parent.glob("*.js")).read_text()
# The themes differ in nothing but colour, so the second one is asked about colour only.
RULES: dict[str, dict[str, Any]] = {
    "light": {"rules": {"target-size": {"enabled": True}}},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
}
NARROWEST = 320
NOT_RUN = '[src], [type="application/json"], [type="application/ld+json"]'
INLINE = f"[style], [onclick], [onchange], [onsubmit], [onload], style, script:not({NOT_RUN})"
LONG_WORD = "Electroencephalographically" * 3


@pytest.fixture
def library(alice: User, graph_lab: Team) -> Paper:
    """A little of everything, with long words, so that each page has something to show."""
    long_one = make_paper(title=f"On {LONG_WORD} and its uses", abstract="Many words about it. " * 40, doi="10.1000/example")
    papers = [long_one, *(make_paper(abstract="Short.") for _ in range(3))]
    shared = create_list(owner=graph_lab.namespace, title="Seminar", visibility=Visibility.PUBLIC, description="Tuesdays.")
    for paper in papers[:2]:
        cast_vote(user=alice, paper=paper)
        set_state(user=alice, paper=paper, state="read")
        add_paper(reading_list=saved_list(user=alice), paper=paper, user=alice, note="Read section 2 first.")
        add_paper(reading_list=shared, paper=paper, user=alice)
    make_token(user=alice, name="notebook", scopes=[Scope.PAPERS_READ])
    record_event(kind="request.made", person=alice, team=graph_lab, tell=[alice], path="/teams/graph-lab/")
    return long_one


def check(page: Page, *paths: str) -> None:
    """Look at pages in every theme and width, without a reload in between, and tell of all that is wrong at once."""
    wrong: list[str] = []
    for path in paths:
        page.goto(path)
        if page.locator("h1").count() != 1:
            wrong.append(f"{path} has not one h1")
        wrong += [f"{path} has inline {found}" for found in page.locator(INLINE).evaluate_all("them => them.map(it => it.outerHTML)")]
        page.evaluate(AXE)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for width in WIDTHS.values():
                page.set_viewport_size({"width": width, "height": 900})
                wrong += [f"{path} at {width} px, {theme}: {problem}" for problem in problems(page, RULES[theme])]
        page.set_viewport_size({"width": NARROWEST, "height": 700})
        if page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
            wrong.append(f"{path} scrolls sideways at {NARROWEST} px")
    assert wrong == []


def problems(page: Page, rules: dict[str, Any] = RULES["light"]) -> list[str]:
    violations: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", rules)
    return [f"{found['id']}: {node['html'][:200]} {node['failureSummary']}" for found in violations for node in found["nodes"]]


def test_axe_finds_what_is_wrong(visitor: Page) -> None:
    visitor.set_content("<html><body><img src='data:,'><input></body></html>")
    visitor.evaluate(AXE)
    assert {"image-alt", "label"} <= {problem.partition(":")[0] for problem in problems(visitor)}


def test_the_pages_for_visitors_are_sound(visitor: Page, library: Paper) -> None:
    paths = [path for name, path in VISITOR_PAGES.items() if name != "not-found"]
    check(visitor, *paths, library.get_absolute_url(), "/lists/graph-lab/seminar/", "/people/graph-lab/")


def test_the_pages_for_readers_are_sound(reader: Page, library: Paper) -> None:
    check(reader, *READER_PAGES.values(), "/styleguide/")


def test_the_pages_of_papers_and_lists_are_sound(reader: Page, library: Paper) -> None:
    paper = library.get_absolute_url()
    check(reader, paper, f"{paper}/lists", "/lists/alice/saved/", "/lists/alice/saved/edit/", "/people/alice/")


def test_a_digests_page_and_its_way_out_are_sound(reader: Page, library: Paper, alice: User) -> None:
    digest = sent_now(alice)
    assert digest.state == Digest.State.READY
    token = unsubscribe_token(digest.subscription_id)
    entry = digest.entries.all()[0]
    set_state(user=alice, paper=digest.entries.all()[1].paper, state="dismissed")
    check(
        reader,
        digest.get_absolute_url(),
        "/digests/",
        f"/digests/answer/{answer_token(entry.pk)}/",
        f"/digests/answer/{answer_token(entry.pk)}/save/",
        f"/digests/unsubscribe/{token}/",
        f"/digests/preferences/{preferences_token(digest.subscription_id)}/",
        f"/digests/stop/{stop_token(alice.pk, 'invitations')}/",
    )


def test_open_dialogs_menus_and_toasts_are_sound(reader: Page, library: Paper) -> None:
    reader.goto("/")
    reader.evaluate(AXE)
    opened: list[Callable[[], Any]] = [
        lambda: reader.locator(".menu > summary").first.click(),
        lambda: reader.locator(".reading > summary").first.click(),
        lambda: reader.locator("[data-state=dismissed]").first.click(),
        lambda: reader.get_by_role("button", name="Save ").first.click(),
        lambda: reader.get_by_role("link", name="Choose lists").first.click(),
        lambda: reader.get_by_role("dialog").get_by_role("button", name="Saved").click(),
    ]
    for step in opened:
        step()
        reader.wait_for_load_state("networkidle")
        assert problems(reader) == []
    expect(reader.locator(".toast").filter(has_text="Added to")).to_be_visible()
    expect(reader.get_by_role("dialog").get_by_role("status")).to_contain_text("Saved")


def test_every_menu_opens_within_sight(reader: Page, library: Paper) -> None:
    reader.set_viewport_size({"width": NARROWEST, "height": 900})
    for path in ("/", "/lists/alice/saved/", library.get_absolute_url()):
        reader.goto(path)
        for menu in reader.locator("details.menu").all():
            menu.locator("summary").click()
            panel = menu.locator(".menu__panel").element_handle()
            try:  # a browser tells the page of an opened panel a moment later
                reader.wait_for_function("one => (box => box.x >= 0 && box.right <= innerWidth)(one.getBoundingClientRect())", arg=panel)
            except TimeoutError:
                pytest.fail(f"{menu.inner_text()} on {path}: {panel.bounding_box()}")
            reader.keyboard.press("Escape")


def test_an_address_that_leads_nowhere_gets_a_sound_page(visitor: Page, complaints: list[str]) -> None:
    check(visitor, VISITOR_PAGES["not-found"])
    assert all("404" in complaint for complaint in complaints)
    complaints.clear()
