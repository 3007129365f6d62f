"""Tags in a real browser: written beside a paper with suggestions, given to many, followed to their page; with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from papers.actions.lists import add_paper, create_list
from papers.actions.tagging import write_tags
from papers.models import ListItem, ReadingList, Tag
from tests.browser.test_every_page import check
from tests.browser.test_your_data import picture
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
SHELF = "/lists/alice/shelf/"


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    for letter, names in (("a", ["to teach", "baseline"]), ("b", []), ("c", ["a rather long tag about Electroencephalographicallyyy"])):
        item, _new = add_paper(reading_list=made, paper=make_paper(title=f"Paper {letter}"), user=alice)
        write_tags(item=item, names=names)
    for number, tag in enumerate(Tag.objects.by_name()):
        Tag.objects.filter(pk=tag.pk).update(colour=("blue", "gold", "red")[number])
    return made


def names_on(title: str) -> list[str]:
    return ListItem.objects.with_tags().get(paper__title=title).tag_names


def write_beside_b(page: Page, names: str) -> None:
    page.locator("summary", has_text="tags of “Paper b”").click()
    page.locator("[data-item]:has-text('Paper b')").get_by_label("Tags").fill(names)


def test_tags_are_written_given_to_many_and_followed(reader: Page, shelf: ReadingList) -> None:
    reader.goto(SHELF)
    write_beside_b(reader, "to teach, ")
    offered = reader.locator("#known-tags option").evaluate_all("options => options.map(option => option.value)")
    assert "to teach, baseline" in offered
    assert "to teach, to teach" not in offered
    reader.locator("[data-item]:has-text('Paper b')").get_by_label("Tags").fill("to teach, new")
    reader.get_by_role("button", name="Save the tags").locator("visible=true").click()
    expect(reader.get_by_text("The tags are saved.")).to_be_visible()
    assert names_on("Paper b") == ["new", "to teach"]
    reader.get_by_label("Choose “Paper c”").check()
    reader.locator("summary", has_text="With those ticked").click()
    reader.get_by_label("Tags, between commas").fill("new")
    picture(reader, "list-bulk-tags")
    reader.get_by_role("button", name="Give these tags").click()
    expect(reader.get_by_text("1 paper is tagged.")).to_be_visible()
    reader.get_by_role("navigation", name="Tags of this list").get_by_role("link", name="new").click()
    assert reader.locator("[data-item]").count() == 2
    reader.goto("/tags/alice/new/")
    assert reader.locator(".card__title").all_inner_texts() == ["Paper c", "Paper b"]


def test_tags_are_changed_without_javascript(plain_reader: Page, shelf: ReadingList) -> None:
    plain_reader.goto(SHELF)
    write_beside_b(plain_reader, "fresh")
    plain_reader.get_by_role("button", name="Save the tags").locator("visible=true").click()
    assert names_on("Paper b") == ["fresh"]
    plain_reader.goto("/tags/alice/")
    plain_reader.get_by_role("link", name="Change the tag “fresh”").click()
    plain_reader.get_by_label("Name").fill("stale")
    plain_reader.get_by_label("purple").check()
    plain_reader.get_by_role("button", name="Save").click()
    expect(plain_reader.get_by_role("heading", name="stale")).to_be_visible()
    plain_reader.get_by_role("link", name="Change the tag").click()
    plain_reader.get_by_label("The tag that stays").fill("Baseline")
    plain_reader.get_by_role("button", name="Merge").click()
    expect(plain_reader.get_by_text("“stale” is part of “baseline” now.")).to_be_visible()
    assert names_on("Paper b") == ["baseline"]


def test_the_pages_of_tags_are_sound(reader: Page, shelf: ReadingList) -> None:
    tag = Tag.objects.get(name="to teach")
    pages = {"list-tags": SHELF, "tags": "/tags/alice/", "tag": tag.get_absolute_url(), "edit-tag": f"/tags/alice/{tag.pk}/edit"}
    check(reader, f"{SHELF}?tag=to%20teach", *pages.values())
    for name, path in pages.items():
        reader.goto(path)
        picture(reader, name)
