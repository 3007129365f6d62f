"""Answering a digest: one press on the web, one tap from the mail, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from digests.mails import mail_of
from digests.models import DigestPaper
from digests.signing import answer_token
from papers.models import ListItem, ReadingState, Vote
from tests.browser.screenshots import THEMES
from tests.browser.test_every_page import NARROWEST, check
from tests.browser.test_your_data import picture
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
LONG_WORD = "Electroencephalographically" * 3


@pytest.fixture
def entry(alice: User) -> DigestPaper:
    """The first of two papers in a digest of alice's."""
    first = make_paper(
        title="Weighing what readers say", abstract="We ask readers. They answer. " * 9, authors=("Ada Lovelace", "Alan Turing")
    )
    return make_digest(alice, first, make_paper(title="Another paper")).entries.all()[0]


def test_not_for_me_is_one_press_that_keeps_the_focus_and_is_taken_back(reader: Page, entry: DigestPaper) -> None:
    reader.goto(entry.digest.get_absolute_url())
    card = reader.get_by_role("article", name="Weighing what readers say")
    button = card.locator(f"#dismiss-{entry.paper_id}-button")
    expect(button).to_have_accessible_name("Not for me “Weighing what readers say”")
    button.focus()
    reader.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_name("Not for me: “Weighing what readers say”. Take it back")
    expect(card.locator(".abstract").first).to_be_hidden()
    expect(card.locator(".reading > summary")).to_contain_text("Not for me")
    expect(reader.locator("#announcer")).to_have_text("Not for me")
    expect(reader.locator(".toast")).to_have_count(0)
    assert ReadingState.objects.get().state == "dismissed"
    picture(reader, "digest-dismissed")
    reader.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(card.locator(".abstract").first).to_be_visible()
    expect(reader.locator("#announcer")).to_have_text("Taken back.")
    assert not ReadingState.objects.exists()


def test_the_key_the_menu_and_the_button_tell_the_same(reader: Page, entry: DigestPaper) -> None:
    reader.goto(entry.digest.get_absolute_url())
    button = reader.locator(f"#dismiss-{entry.paper_id}-button")
    reader.locator(f"#paper-{entry.paper_id}").focus()
    reader.keyboard.press("x")
    expect(button).to_have_text(re.compile("Take it back$"))
    reader.locator(".toast").get_by_role("button", name="Undo").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert not ReadingState.objects.exists()


def test_not_for_me_works_without_javascript(plain_reader: Page, entry: DigestPaper) -> None:
    page = entry.digest.get_absolute_url()
    plain_reader.goto(page)
    plain_reader.locator(f"#dismiss-{entry.paper_id}-button").click()
    expect(plain_reader).to_have_url(re.compile(f"{page}#paper-{entry.paper_id}$"))
    plain_reader.get_by_role("button", name="Take it back").click()
    expect(plain_reader.get_by_role("button", name="Take it back")).to_have_count(0)
    assert not ReadingState.objects.exists()


def test_a_title_leads_to_its_paper_and_is_noted(reader: Page, entry: DigestPaper) -> None:
    reader.goto(entry.digest.get_absolute_url())
    reader.get_by_role("link", name="Weighing what readers say", exact=True).click()
    expect(reader).to_have_url(re.compile(f"{entry.paper.get_absolute_url()}$"))
    entry.refresh_from_db()
    assert entry.opened_at


def test_a_tap_in_the_mail_is_enough_where_the_reader_is_logged_in(reader: Page, entry: DigestPaper) -> None:
    reader.goto(f"/digests/answer/{answer_token(entry.pk)}/save/")
    expect(reader.get_by_role("heading", name="Saved", exact=True)).to_be_visible()
    expect(reader.locator("#announcer")).to_contain_text("Saved")
    assert ListItem.objects.get().reading_list.slug == "saved"
    picture(reader, "answered")
    reader.get_by_role("button", name="Take it back").focus()
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", name="Taken back")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("heading", name="What about this paper?")).to_be_visible()
    assert not ListItem.objects.in_lists().exists()
    upvote = reader.get_by_role("button", name="Upvote")
    upvote.click()
    expect(upvote).to_have_attribute("aria-pressed", "true")
    expect(upvote).to_be_focused()
    assert Vote.objects.exists()


def test_whoever_is_not_logged_in_presses_one_button(visitor: Page, entry: DigestPaper) -> None:
    visitor.goto(f"/digests/answer/{answer_token(entry.pk)}/dismiss/")
    picture(visitor, "asked")
    check(visitor, f"/digests/answer/{answer_token(entry.pk)}/dismiss/")
    assert not ReadingState.objects.exists()
    visitor.get_by_role("button", name="Not for me").click()
    expect(visitor.get_by_role("heading", name="Not for you", exact=True)).to_be_visible()
    assert ReadingState.objects.get().state == "dismissed"


def test_an_answer_works_without_javascript(plain_reader: Page, entry: DigestPaper) -> None:
    plain_reader.goto(f"/digests/answer/{answer_token(entry.pk)}/save/")
    assert not ListItem.objects.exists()
    plain_reader.get_by_role("button", name="Save", exact=True).click()
    plain_reader.get_by_role("button", name="Take it back").click()
    expect(plain_reader.get_by_role("heading", name="Taken back")).to_be_visible()
    assert not ListItem.objects.in_lists().exists()


def test_the_mail_fits_every_width_in_both_themes(chromium: Browser, alice: User) -> None:
    papers = [make_paper(title=f"On {LONG_WORD} and its uses", authors=("Ada Lovelace", LONG_WORD)), make_paper(abstract="Short. " * 60)]
    body = mail_of(make_mail(alice, digest=make_digest(alice, *papers))).get_body(("html",))
    assert body
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_content(body.get_content())
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for width in (NARROWEST, 390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") == width
        picture(page, "mail")
