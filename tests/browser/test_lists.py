"""Lists in a real browser: the order by hand, by pointer, by keys and by plain forms."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Team, User
from papers.actions.lists import add_paper, create_list
from papers.actions.sharing import share_list
from papers.models import ReadingList
from tests.browser.test_every_page import check
from tests.browser.test_your_data import picture
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
SHELF = "/lists/alice/shelf/"


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    made = create_list(owner=alice.namespace, title="Shelf", description="For the seminar.")
    for letter in "abcde":
        paper = make_paper(title=f"Paper {letter}", abstract=f"Words of {letter} that go on. " * 20)
        add_paper(reading_list=made, paper=paper, user=alice, note="Why." if letter == "b" else "")
    return made


def order(reading_list: ReadingList) -> str:
    return "".join(title[-1] for title in reading_list.items.order_by("position").values_list("paper__title", flat=True))


def shown(page: Page) -> str:
    return "".join(title[-1] for title in page.locator("[data-item] .card__title").all_inner_texts())


def grip(page: Page, letter: str) -> str:
    return f"[data-item]:has-text('Paper {letter}') [data-grip]"


def test_a_paper_is_dragged_to_another_place(reader: Page, shelf: ReadingList) -> None:
    reader.goto(SHELF)
    reader.locator(grip(reader, "d")).scroll_into_view_if_needed()
    start = reader.locator(grip(reader, "d")).bounding_box()
    assert start
    reader.mouse.move(start["x"] + 5, start["y"] + 5)
    reader.mouse.down()
    reader.mouse.move(start["x"] + 5, start["y"] - 5, steps=3)
    expect(reader.locator("[data-order]")).to_have_class(re.compile("cards--arranging"))
    picture(reader, "list-held")
    target = reader.locator("[data-item]:has-text('Paper b')").bounding_box()
    assert target
    reader.mouse.move(start["x"] + 5, target["y"] + 3, steps=5)
    reader.mouse.up()
    expect(reader.locator("#announcer")).to_have_text("“Paper d” is number 2 of 5 now.")
    assert shown(reader) == order(shelf) == "adbce"
    expect(reader.locator("[data-order]")).not_to_have_class(re.compile("cards--arranging"))


def test_escape_lets_go_of_a_paper_that_is_dragged(reader: Page, shelf: ReadingList) -> None:
    reader.goto(SHELF)
    start = reader.locator(grip(reader, "a")).bounding_box()
    assert start
    reader.mouse.move(start["x"] + 5, start["y"] + 5)
    reader.mouse.down()
    reader.mouse.move(start["x"] + 5, start["y"] + 300, steps=5)
    reader.keyboard.press("Escape")
    reader.mouse.up()
    assert shown(reader) == order(shelf) == "abcde"
    expect(reader.locator("[data-order]")).not_to_have_class(re.compile("cards--arranging"))


def test_a_paper_is_moved_by_keys_and_keeps_the_focus(reader: Page, shelf: ReadingList) -> None:
    reader.goto(SHELF)
    reader.locator(grip(reader, "c")).focus()
    for key, place, letters in [("ArrowUp", 2, "acbde"), ("Home", 1, "cabde"), ("ArrowDown", 2, "acbde"), ("End", 5, "abdec")]:
        reader.keyboard.press(key)
        expect(reader.locator("#announcer")).to_have_text(f"“Paper c” is number {place} of 5 now.")
        expect(reader.locator(grip(reader, "c"))).to_be_focused()
        assert shown(reader) == order(shelf) == letters


def test_a_button_moves_a_paper_and_keeps_the_focus(reader: Page, shelf: ReadingList) -> None:
    reader.goto(SHELF)
    up = reader.get_by_role("button", name="Move “Paper e” up")
    up.click()
    expect(reader.locator("#announcer")).to_have_text("“Paper e” is number 4 of 5 now.")
    expect(up).to_be_focused()
    reader.locator("summary", has_text="Move “Paper e”").click()
    reader.get_by_role("button", name="To the top").click()
    expect(reader.locator("#announcer")).to_have_text("“Paper e” is number 1 of 5 now.")
    assert shown(reader) == order(shelf) == "eabcd"


def test_a_move_that_is_refused_is_taken_back(reader: Page, shelf: ReadingList, complaints: list[str]) -> None:
    reader.goto(SHELF)
    shelf.items.get(paper__title="Paper c").delete()
    reader.get_by_role("button", name="Move “Paper c” up").click()
    expect(reader.get_by_text("That was refused")).to_be_visible()
    assert shown(reader) == "abcde"
    assert all("404" in complaint for complaint in complaints)
    complaints.clear()


def test_papers_are_moved_without_javascript(plain_reader: Page, shelf: ReadingList) -> None:
    plain_reader.goto(SHELF)
    plain_reader.get_by_role("button", name="Move “Paper c” up").click()
    expect(plain_reader.get_by_text("“Paper c” is number 2 of 5 now.")).to_be_visible()
    plain_reader.locator("summary", has_text="Move “Paper c”").click()
    plain_reader.get_by_role("button", name="To the end").click()
    expect(plain_reader.get_by_text("“Paper c” is number 5 of 5 now.")).to_be_visible()
    assert shown(plain_reader) == order(shelf) == "abdec"


def test_a_list_is_sound_in_every_theme_and_width(reader: Page, shelf: ReadingList) -> None:
    check(reader, f"{SHELF}?order=votes", SHELF)
    picture(reader, "list")


def test_ticked_papers_are_taken_out_and_brought_back(reader: Page, shelf: ReadingList) -> None:
    reader.goto(SHELF)
    reader.get_by_label("Choose “Paper b”").check()
    reader.get_by_label("Choose “Paper d”").check()
    reader.locator("summary", has_text="With those ticked").click()
    expect(reader.locator("[data-ticked]")).to_have_text("2")
    picture(reader, "list-bulk")
    reader.get_by_role("button", name="Take out of this list").click()
    expect(reader.get_by_text("2 papers are taken out.")).to_be_visible()
    assert shown(reader) == order(shelf) == "ace"
    picture(reader, "list-undo")
    reader.get_by_role("button", name="Undo").click()
    expect(reader.get_by_text("2 papers are back in “Shelf”.")).to_be_visible()
    assert shown(reader) == order(shelf) == "abcde"


def test_ticked_papers_are_moved_without_javascript(plain_reader: Page, alice: User, shelf: ReadingList) -> None:
    other = create_list(owner=alice.namespace, title="Other", user=alice)
    plain_reader.goto(SHELF)
    plain_reader.get_by_label("Choose “Paper b”").check()
    plain_reader.locator("summary", has_text="With those ticked").click()
    plain_reader.get_by_label("The other list").select_option(label="Other")
    plain_reader.get_by_role("button", name="Move to the other list").click()
    expect(plain_reader.get_by_text("1 paper is moved.")).to_be_visible()
    assert (order(shelf), order(other)) == ("acde", "b")


def test_the_pages_about_a_list_are_sound(reader: Page, alice: User, carol: User, graph_lab: Team, shelf: ReadingList) -> None:
    create_list(owner=alice.namespace, title="Inner", parent=shelf, user=alice)
    theirs = create_list(owner=carol.namespace, title="Of Carol", user=carol)
    share_list(reading_list=theirs, to=alice.namespace, may="add", user=carol)
    share_list(reading_list=shelf, to=carol.namespace, may="edit", user=alice)
    share_list(reading_list=shelf, to=graph_lab.namespace, may="add", user=alice)
    for title in ("Twins", "twins!"):
        add_paper(reading_list=shelf, paper=make_paper(title=title), user=alice)
    pages = {"family": SHELF, "shares": f"{SHELF}shares/", "copies": f"{SHELF}copy/", "twins": f"{SHELF}duplicates/"}
    for name, address in {
        **pages,
        "zotero": f"{SHELF}zotero/",
        "lists": "/lists/",
        "theirs": "/lists/carol/of-carol/",
        "new": "/lists/new/?in=alice/shelf",
    }.items():
        check(reader, address)
        picture(reader, f"list-{name}")


def test_a_list_is_shared_by_picking_a_name(reader: Page, carol: User, shelf: ReadingList) -> None:
    reader.goto(f"{SHELF}shares/")
    who = reader.get_by_label("Person or team")
    who.press_sequentially("car", delay=40)
    expect(reader.locator("#readers-found option")).to_have_attribute("value", "carol")
    who.fill("carol")
    reader.get_by_label("read it and add papers").check()
    reader.get_by_role("button", name="Share", exact=True).click()
    expect(reader.get_by_text("Shared with carol.")).to_be_visible()
    assert shelf.shares.get().to == carol.namespace
