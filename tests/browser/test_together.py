"""A list from its making to another program, by two people of a team in two browsers."""

import logging

import bibtexparser
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Team, User
from papers.actions import notes
from papers.actions.lists import add_paper, create_list, saved_list
from papers.models import ReadingList
from tests.browser.conftest import PATIENCE_MS, Complaints, let_in
from tests.browser.test_every_page import check
from tests.browser.test_your_data import picture
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]


def drag_into(page: Page, title: str, reading_list: str) -> None:
    """Hold a paper's title, wait for the lists at the edge, and let go over one of them."""
    page.get_by_role("link", name=title, exact=True).hover()
    page.mouse.down()
    page.mouse.move(300, 300)
    row = page.locator("[data-takes]", has_text=reading_list)
    expect(row).to_be_visible()
    box = row.bounding_box()
    assert box
    for step in (1, 2):
        page.mouse.move(box["x"] + 10 * step, box["y"] + box["height"] / 2)
    page.mouse.up()


def share_with_team(page: Page, address: str) -> None:
    page.goto(f"{address}shares/")
    page.get_by_label("Person or team").fill("graph-lab")
    page.get_by_label("change everything in it").check()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Shared with Graph Lab.")).to_be_visible()


def write_note(page: Page, title: str, words: str) -> None:
    page.locator("[data-item]", has_text=title).get_by_role("link", name="a note").click()
    page.get_by_label("Note", exact=True).fill(words)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()


def test_a_list_is_made_filled_shared_annotated_and_cited(
    reader: Page,
    chromium: Browser,
    live_server: LiveServer,
    complaints: Complaints,
    bob: User,
    graph_lab: Team,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_paper(title="Rain on Roofs")
    make_paper(title="Snow in June")
    reader.goto("/lists/new/")
    reader.get_by_label("Title").fill("Weather")
    reader.locator("main").get_by_role("button").first.click()
    expect(reader.get_by_role("heading", name="Weather")).to_be_visible()

    reader.goto("/")
    drag_into(reader, "Rain on Roofs", "Weather")
    expect(reader.locator("[data-card]", has_text="Rain on Roofs").locator(".places")).to_contain_text("Weather")
    expect(reader.locator(".tray")).to_have_count(0)
    reader.locator("[data-card]", has_text="Snow in June").focus()
    reader.keyboard.press("s")  # into the Saved list
    expect(reader.locator("[data-card]", has_text="Snow in June").locator("a[data-save]")).to_be_visible()
    reader.keyboard.press("s")  # now it opens the lists
    choice = reader.get_by_role("dialog", name="Choose lists").get_by_role("button", name="Weather")
    choice.focus()
    reader.keyboard.press("Enter")
    expect(choice).to_have_attribute("aria-pressed", "true")

    weather = ReadingList.objects.get(title="Weather")
    assert set(weather.items.values_list("paper__title", flat=True)) == {"Rain on Roofs", "Snow in June"}
    share_with_team(reader, weather.get_absolute_url())
    with chromium.new_context(base_url=live_server.url, reduced_motion="reduce") as theirs:
        theirs.set_default_timeout(PATIENCE_MS)
        complaints.watch(theirs)
        let_in(theirs, bob, live_server.url)
        page = theirs.new_page()
        page.goto("/lists/")
        page.get_by_role("link", name="Weather").click()
        write_note(page, "Snow in June", "**Cold**, $-1$ degrees")
        expect(page.locator(".note strong")).to_have_text("Cold")
    reader.goto(weather.get_absolute_url())
    expect(reader.locator(".note strong")).to_have_text("Cold")

    answer = reader.request.get(f"/lists/alice/{weather.slug}.bib")
    with caplog.at_level(logging.WARNING):
        library = bibtexparser.parse_string(answer.text())
    assert (len(library.entries), library.failed_blocks, caplog.messages) == (2, [], [])


def test_the_second_of_two_who_write_a_note_sees_both_texts(
    reader: Page, complaints: Complaints, alice: User, graph_lab: Team, bob: User
) -> None:
    seminar = create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    item, _new = add_paper(reading_list=seminar, paper=make_paper(title="Snow in June"), user=alice)
    reader.goto(f"{seminar.get_absolute_url()}{item.pk}/note")
    notes.write_note(item=item, note="Bob was faster", user=bob)
    reader.get_by_label("Note", exact=True).fill("What Alice says")
    reader.get_by_role("button", name="Save the note").click()
    expect(reader.get_by_role("alert")).to_contain_text("bob has changed the note")
    expect(reader.locator("pre.source")).to_have_text("Bob was faster")
    assert len(complaints) == 1  # the browser tells of the 409
    complaints.clear()
    reader.get_by_label("Your text").fill("Bob was faster, says Alice")
    reader.get_by_role("button", name="Save the note").click()
    expect(reader.locator(".note")).to_have_text("Bob was faster, says Alice")


def test_a_paper_is_suggested_accepted_and_given_to_somebody(reader: Page, alice: User, graph_lab: Team, bob: User) -> None:
    saved_list(user=alice)
    seminar = create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    paper = make_paper(title="Snow in June")
    reader.goto(f"{seminar.get_absolute_url()}suggestions/?paper={paper.slug}")
    reader.get_by_label("Why").fill("For **June**")
    reader.get_by_role("button", name="Suggest it").click()
    reader.get_by_role("button", name="Take it in").click()
    expect(reader.get_by_text("The paper is in the list.")).to_be_visible()
    reader.goto(seminar.get_absolute_url())
    expect(reader.locator(".note strong")).to_have_text("June")
    reader.get_by_role("link", name="Give to somebody").click()
    reader.get_by_label("Who").select_option("bob")
    reader.locator("[name=due_on]").fill("2030-12-05")
    reader.get_by_role("button", name="Give it").click()
    expect(reader.locator(".task")).to_contain_text("bob presents it on Thu 5 Dec 2030")
    reader.get_by_role("link", name="Agenda").click()
    expect(reader.get_by_role("heading", name="Thursday, 5 December 2030")).to_be_visible()
    here = f"{seminar.get_absolute_url()}{seminar.items.get().pk}/"
    pages = {"note": f"{here}note", "assign": f"{here}assign", "list": seminar.get_absolute_url(), "agenda": "/teams/graph-lab/agenda/"}
    for name, path in (pages | {"suggestions": f"{seminar.get_absolute_url()}suggestions/"}).items():
        check(reader, path)
        picture(reader, name)
