"""What a reader does all day: upvote, save, choose lists, by mouse, by key, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from digests.actions import compose_digests
from papers.actions.lists import create_list
from papers.actions.voting import cast_vote
from papers.models import ListItem, Paper, ReadingState, Vote
from tests.factories import PASSWORD, make_paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(title="Reading without a page load")


def test_a_reader_logs_in_and_out(visitor: Page, alice: User) -> None:
    visitor.goto("/accounts/login/")
    visitor.get_by_label("Email").fill(alice.email)
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.locator("main").get_by_role("button", name="Log in", exact=True).click()
    visitor.locator("summary", has_text="alice").click()
    visitor.get_by_role("button", name="Log out").click()
    expect(visitor.get_by_role("link", name="Log in")).to_be_visible()


def test_an_upvote_needs_no_page_load_and_keeps_the_focus(reader: Page, paper: Paper) -> None:
    reader.goto("/")
    reader.evaluate("window.samePage = true")
    button = reader.locator("[data-vote]")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("1")
    expect(button).to_be_focused()
    expect(reader.locator("#announcer")).to_have_text("Upvoted.")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert reader.evaluate("window.samePage") is True
    assert not Vote.objects.exists()


def test_an_upvote_works_without_javascript(plain_reader: Page, paper: Paper) -> None:
    plain_reader.goto("/?sort=new")
    plain_reader.locator("[data-vote]").click()
    expect(plain_reader).to_have_url(re.compile(rf"/\?sort=new#paper-{paper.pk}$"))
    expect(plain_reader.locator("[data-vote]")).to_have_attribute("aria-pressed", "true")


def test_a_visitor_who_upvotes_is_asked_to_log_in_and_comes_back(visitor: Page, alice: User, paper: Paper) -> None:
    visitor.goto("/?sort=top")
    visitor.locator("[data-vote]").click()
    visitor.get_by_label("Email").fill(alice.email)
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.locator("main").get_by_role("button", name="Log in", exact=True).click()
    expect(visitor).to_have_url(re.compile(r"/\?sort=top$"))


def test_a_paper_is_marked_from_its_menu_which_keeps_the_focus(reader: Page, paper: Paper) -> None:
    reader.goto("/")
    word = reader.locator(".reading > summary")
    word.focus()
    reader.keyboard.press("Enter")
    reader.locator("[data-state=to_read]").click()
    expect(word).to_contain_text("To read")
    expect(word).to_be_focused()
    expect(reader.locator("[data-state=read]")).to_be_hidden()
    expect(reader.locator("#announcer")).to_have_text("To read")


def test_not_for_me_folds_the_card_and_is_undone_from_the_toast(reader: Page, paper: Paper) -> None:
    reader.goto("/")
    reader.locator("[data-card]").focus()
    reader.keyboard.press("x")
    expect(reader.locator(".toast")).to_contain_text("will not come up in your digest")
    expect(reader.locator(".abstract").first).to_be_hidden()
    reader.get_by_role("button", name="Undo").click()
    expect(reader.locator(".toast")).to_have_count(0)
    expect(reader.locator(".reading > summary")).to_contain_text("Mark as")
    expect(reader.locator(".reading > summary")).to_be_focused()
    expect(reader.locator(".abstract").first).to_be_visible()
    reader.keyboard.press("r")
    expect(reader.locator(".reading--read")).to_be_visible()
    assert ReadingState.objects.get().state == "read"


def test_a_paper_is_marked_and_unmarked_without_javascript(plain_reader: Page, paper: Paper) -> None:
    plain_reader.goto("/")
    plain_reader.locator(".reading > summary").click()
    plain_reader.get_by_role("button", name="Not for me").click()
    expect(plain_reader.locator("[data-card]")).to_have_count(0)
    plain_reader.get_by_role("button", name="Undo").click()
    expect(plain_reader.locator("[data-card]")).to_have_count(1)
    assert not ReadingState.objects.exists()


def test_a_paper_goes_into_the_saved_list_and_into_another_one(reader: Page, alice: User, paper: Paper) -> None:
    winter = create_list(owner=alice.namespace, title="Winter")
    reader.goto("/")
    reader.get_by_role("button", name="Save").click()
    reader.locator("a[data-save]").click()  # the button has become a link to the lists
    dialog = reader.get_by_role("dialog", name="Choose lists")
    dialog.get_by_role("button", name="Winter").click()
    expect(dialog.get_by_role("button", name="Winter")).to_have_attribute("aria-pressed", "true")
    reader.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert set(ListItem.objects.values_list("reading_list__title", flat=True)) == {"Saved", winter.title}


def test_lists_are_chosen_without_javascript_too(plain_reader: Page, alice: User, paper: Paper) -> None:
    create_list(owner=alice.namespace, title="Winter")
    plain_reader.goto("/")
    plain_reader.get_by_role("link", name="Choose lists").click()
    plain_reader.get_by_role("button", name="Winter").click()
    expect(plain_reader.get_by_role("button", name="Winter")).to_have_attribute("aria-pressed", "true")


def test_papers_are_read_by_keys_alone(reader: Page, paper: Paper) -> None:
    make_paper(title="The one above")
    reader.goto("/")
    reader.keyboard.press("j")
    reader.keyboard.press("j")
    expect(reader.locator(f"#paper-{paper.pk}")).to_be_focused()
    reader.keyboard.press("u")
    expect(reader.locator(f"#vote-{paper.pk}-button")).to_have_attribute("aria-pressed", "true")
    reader.keyboard.press("s")
    expect(reader.locator(f"#save-{paper.pk}-button")).to_contain_text("Saved")
    reader.keyboard.press("o")
    expect(reader).to_have_title(re.compile(paper.title))


def test_the_keys_are_explained_and_can_be_switched_off(reader: Page, paper: Paper) -> None:
    reader.goto("/")
    reader.keyboard.press("?")
    keys = reader.get_by_role("dialog", name="Keyboard")
    keys.get_by_label("Single keys work on this site").uncheck()
    keys.get_by_role("button", name="Close").click()
    reader.reload()
    reader.keyboard.press("?")
    expect(keys).to_be_hidden()


def test_a_digest_is_sent_on_request_and_read_on_the_web(reader: Page, alice: User, paper: Paper) -> None:
    cast_vote(user=alice, paper=make_paper(title="Reading with a page load"))
    reader.goto("/digests/")
    reader.get_by_role("button", name="Send me my digest now").click()
    expect(reader.get_by_text(f"It goes to {alice.email} and shows here.")).to_be_visible()
    compose_digests()
    expect(reader.get_by_role("article", name=paper.title)).to_contain_text("Because you upvoted")  # without a reload


def test_a_chosen_theme_stays_from_page_to_page(visitor: Page) -> None:
    visitor.goto("/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = visitor.evaluate(background)
    visitor.locator("[data-switches-theme]").click(click_count=2)
    visitor.goto("/accounts/login/")
    expect(visitor.locator("html")).to_have_attribute("data-theme", "dark")
    assert visitor.evaluate(background) != light


def test_a_refused_upvote_says_so(reader: Page, complaints: list[str], paper: Paper) -> None:
    reader.goto("/")
    Paper.objects.all().delete()
    reader.locator("[data-vote]").click()
    expect(reader.get_by_text("That was refused")).to_be_visible()
    assert all("404" in complaint for complaint in complaints)
    complaints.clear()
