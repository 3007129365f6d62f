"""Following by a button that needs no page load and keeps the focus, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from papers.actions.lists import add_paper, create_list
from papers.models import Follow, Paper, ReadingList, Visibility
from tests.browser.test_every_page import check
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(title="On squares", authors=("Ada Lovelace",))


@pytest.fixture
def shelf(bob: User, paper: Paper) -> ReadingList:
    made = create_list(owner=bob.namespace, title="Squares", visibility=Visibility.PUBLIC)
    add_paper(reading_list=made, paper=paper, user=bob)
    return made


def test_following_needs_no_page_load_and_fills_a_page_and_a_feed(reader: Page, alice: User, shelf: ReadingList) -> None:
    reader.goto(shelf.get_absolute_url())
    button = reader.locator("#follow-button")
    button.focus()
    reader.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    expect(reader.locator("#announcer")).to_have_text("You follow Squares.")
    reader.goto("/following/")
    expect(reader.locator("[data-card]")).to_contain_text("Added to “Squares” by bob")
    reader.get_by_role("button", name="Make an address").click()
    expect(reader.locator("#secret-atom")).to_contain_text("/feed/")
    check(reader, "/following/", shelf.get_absolute_url())
    reader.goto("/following/")
    reader.get_by_role("button", name="Do not follow Squares any more").click()
    expect(reader.get_by_role("heading", name="Nothing yet")).to_be_visible()
    assert not Follow.objects.filter(user=alice).exists()


def test_following_works_without_scripts(plain_reader: Page, alice: User, paper: Paper) -> None:
    plain_reader.goto(paper.authors.get().get_absolute_url())
    plain_reader.get_by_role("button", name="Follow Ada Lovelace").click()
    expect(plain_reader.get_by_role("button", name="Following Ada Lovelace")).to_be_visible()
    assert Follow.objects.filter(user=alice).count() == 1
