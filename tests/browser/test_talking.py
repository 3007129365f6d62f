"""People talk about a paper, in a real browser: with scripts and without."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Notice, Team, User
from papers.actions.commenting import change_comment, write_comment
from papers.actions.lists import add_paper, create_list
from papers.models import Comment, Paper
from tests.browser.conftest import PATIENCE_MS, Complaints, let_in
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]


@pytest.fixture
def paper(alice: User) -> Paper:
    return make_paper(title="On $x^2$ and other squares")


def test_a_comment_is_previewed_written_and_answered_without_leaving_the_page(reader: Page, paper: Paper, alice: User, bob: User) -> None:
    write_comment(author=bob, paper=paper, text="Is **Lemma 2** right?")
    reader.goto(paper.get_absolute_url())
    reader.get_by_label("Comment", exact=True).fill("I doubt that $\\frac{a}{b}$ is *small*.")
    reader.get_by_role("button", name="Preview").click()
    expect(reader.locator(".comment-form__preview math")).to_be_visible()
    expect(reader.locator(".threads > .thread")).to_have_count(1)
    reader.get_by_role("button", name="Comment", exact=True).click()
    expect(reader.locator(".threads > .thread").first.locator("math")).to_be_visible()
    expect(reader.locator(".threads > .thread")).to_have_count(2)
    expect(reader.get_by_label("Comment", exact=True)).to_have_value("")
    expect(reader.locator("#announcer")).to_have_text("Your comment is there.")
    reader.get_by_role("link", name="Reply to bob").click()
    answer = reader.get_by_label("Your answer to bob")
    expect(answer).to_be_focused()
    answer.fill("It is, @bob.")
    reader.get_by_role("button", name="Answer").click()
    expect(reader.locator(".replies .comment__text")).to_have_text("It is, @bob.")
    expect(answer).to_have_count(0)
    assert reader.url.endswith(paper.get_absolute_url())
    assert Notice.objects.get(user=bob).event.kind == "comment.mention"


def test_what_is_refused_is_said_and_not_lost(reader: Page, paper: Paper) -> None:
    reader.goto(paper.get_absolute_url())
    reader.get_by_label("Comment", exact=True).fill("   ")
    reader.get_by_role("button", name="Comment", exact=True).click()
    expect(reader.locator(".comment-form [role=alert]")).to_be_visible()


def test_watching_and_muting_are_buttons(reader: Page, paper: Paper) -> None:
    reader.goto(paper.get_absolute_url())
    reader.get_by_role("button", name="Watch").click()
    expect(reader.get_by_role("button", name="Watch")).to_have_attribute("aria-pressed", "true")
    reader.get_by_role("button", name="Mute").click()
    expect(reader.get_by_role("button", name="Watch")).to_have_attribute("aria-pressed", "false")
    expect(reader.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")


def test_all_of_it_works_without_scripts(plain_reader: Page, paper: Paper, alice: User, bob: User) -> None:
    page = plain_reader
    write_comment(author=bob, paper=paper, text="Is it right?")
    page.goto(paper.get_absolute_url())
    page.get_by_label("Comment", exact=True).fill("I *doubt* it.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".comment-form__preview em")).to_have_text("doubt")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__text")).to_have_text("I doubt it.")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Your text").fill("I *believe* it.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="edited").click()
    expect(page.locator(".rows li")).to_have_count(2)
    page.go_back()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".comment__place")).to_contain_text("its author has deleted")
    page.goto(paper.get_absolute_url())
    page.get_by_role("link", name="Reply to bob").click()
    page.get_by_label("Your answer to bob").fill("Yes.")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".replies .comment__text")).to_have_text("Yes.")
    page.get_by_role("link", name="Report the comment by bob").click()
    page.get_by_label("something else").check()
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("Those who moderate will look at it")).to_be_visible()
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")


def test_two_texts_of_one_comment_meet(reader: Page, complaints: Complaints, paper: Paper, alice: User) -> None:
    comment = write_comment(author=alice, paper=paper, text="First")
    reader.goto(f"/comments/{comment.pk}/edit")
    change_comment(comment=comment, text="From my phone", version=1)
    reader.get_by_label("Your text").fill("From my desk")
    reader.get_by_role("button", name="Save").click()
    expect(reader.locator(".source")).to_have_text("From my phone")
    expect(reader.get_by_label("Your text")).to_have_value("From my desk")
    reader.get_by_role("button", name="Save").click()
    expect(reader.locator(".comment__text")).to_have_text("From my desk")
    assert Comment.objects.get().version == 3
    assert ["409" in complaint for complaint in complaints] == [True]  # the conflict itself, which the console names
    complaints.clear()


def test_a_team_talks_among_itself(
    chromium: Browser, live_server: LiveServer, reader: Page, complaints: Complaints, alice: User, bob: User, graph_lab: Team, paper: Paper
) -> None:
    shelf = create_list(owner=graph_lab.namespace, title="Seminar")
    add_paper(reading_list=shelf, paper=paper, user=alice)
    reader.goto(shelf.get_absolute_url())
    reader.get_by_role("link", name="Discuss").click()
    expect(reader.get_by_text("Only Graph Lab reads this.")).to_be_visible()
    reader.get_by_label("Comment", exact=True).fill("For Tuesday, @bob?")
    reader.get_by_role("button", name="Comment", exact=True).click()
    expect(reader.locator(".comment__text")).to_have_text("For Tuesday, @bob?")
    with chromium.new_context(base_url=live_server.url) as context:
        context.set_default_timeout(PATIENCE_MS)
        let_in(context, bob, live_server.url)
        theirs = context.new_page()
        theirs.goto("/inbox/")
        theirs.get_by_role("button", name="mentions you in a comment").click()
        expect(theirs.locator(".comment__text")).to_have_text("For Tuesday, @bob?")
    reader.goto(paper.get_absolute_url())
    expect(reader.get_by_text("Nobody has said anything yet.")).to_be_visible()
