"""My taste, as a person walks through it: drawn while one waits, a paper ruled out, and what that changed."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from digests.actions import draw_pictures
from papers.actions.lists import add_paper, saved_list
from papers.models import Paper
from tests.browser.test_every_page import check
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
GRAPHS = "Graph neural networks pass messages between the nodes of molecules"
LONG_WORD = "Electroencephalographically" * 3


@pytest.fixture
def new(alice: User) -> Paper:
    """A new paper like one that she keeps, among others."""
    for word in ("spectral", "temporal", "deep", LONG_WORD):
        add_paper(reading_list=saved_list(user=alice), paper=make_paper(title=f"My {word} graphs", abstract=GRAPHS), user=alice)
    make_paper(title="Other molecules as graphs", abstract=GRAPHS)
    return make_paper(title="New graphs of molecules", abstract=GRAPHS)


def test_a_paper_is_ruled_out_and_the_next_look_shows_it(reader: Page, new: Paper) -> None:
    reader.goto("/digests/taste/")
    expect(reader.get_by_role("status").filter(has_text="being drawn")).to_be_visible()
    draw_pictures()
    card = reader.get_by_role("article", name=new.title)
    expect(card).to_be_visible()  # without a reload
    card.get_by_role("button", name="Not for me “").click()
    expect(card.get_by_role("button", name="Take it back")).to_be_visible()
    reader.get_by_role("button", name="Look again").click()
    draw_pictures()
    gone = reader.locator("summary", has_text="1 paper is not in it any more")
    gone.click()
    expect(reader.get_by_text("you said that it is not for you")).to_be_visible()
    expect(reader.get_by_role("article", name=new.title)).to_have_count(0)


def test_a_topic_opens_by_keyboard_and_a_paper_of_it_is_left_out(reader: Page, new: Paper) -> None:
    reader.goto("/digests/taste/")
    draw_pictures()
    topic = reader.locator(".taste__topic > summary").first
    topic.focus()
    reader.keyboard.press("Enter")
    reader.get_by_role("button", name="Leave out “My deep graphs”").click()
    expect(reader.locator(".toast")).to_contain_text("That does not shape your digest any more.")
    draw_pictures()
    left_out = reader.locator("section", has=reader.get_by_role("heading", name="Left out"))
    expect(left_out).to_contain_text("My deep graphs")
    left_out.get_by_role("button", name="Let it count again").click()
    draw_pictures()
    expect(left_out).to_have_count(0)


@pytest.mark.usefixtures("new")
def test_the_page_is_sound_in_every_theme_and_width(reader: Page) -> None:
    reader.goto("/digests/taste/")
    draw_pictures()
    check(reader, "/digests/taste/", "/digests/settings/")
