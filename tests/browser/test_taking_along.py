"""A list is taken along, opened by a secret link, and filled from a file, in a real browser."""

from pathlib import Path

import bibtexparser
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.actions.importing import run_imports
from papers.actions.lists import add_paper, create_list
from papers.models import ReadingList
from tests.factories import make_paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    made = create_list(owner=alice.namespace, title="Shelf")
    for number in range(3):
        paper = make_paper(title=f"Snow over $x_{number}$", authors=("Ada Frost", "Bo Winter"))
        add_paper(reading_list=made, paper=paper, user=alice, note="Read section 3 first." if number else "")
    return made


def test_a_list_is_downloaded_from_its_menu_and_read_by_another_program(reader: Page, shelf: ReadingList) -> None:
    reader.goto(shelf.get_absolute_url())
    reader.locator("summary", has_text="Take along").click()
    with reader.expect_download() as downloaded:
        reader.get_by_role("link", name="BibTeX").click()
    assert downloaded.value.suggested_filename == "shelf.bib"
    library = bibtexparser.parse_string(Path(downloaded.value.path()).read_text())
    assert (len(library.entries), library.failed_blocks) == (3, [])


def test_a_secret_link_is_made_opened_by_a_stranger_and_revoked(
    reader: Page, chromium: Browser, live_server: LiveServer, shelf: ReadingList
) -> None:
    reader.goto(f"{shelf.get_absolute_url()}export/")
    reader.get_by_label("What it is for").fill("The seminar's page")
    reader.get_by_role("button", name="Make a secret link").click()
    address = "/shared/" + reader.locator("#secret-page").inner_text().partition("/shared/")[2]
    with chromium.new_context(base_url=live_server.url) as elsewhere:
        stranger = elsewhere.new_page()
        stranger.goto(address)
        expect(stranger.get_by_role("heading", name="Shelf")).to_be_visible()
        expect(stranger.get_by_text("Read section 3 first.").first).to_be_visible()
        reader.get_by_role("button", name="Revoke “The seminar's page”").click()
        expect(reader.get_by_text("no longer opens the list")).to_be_visible()
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 404


def test_a_file_is_brought_into_a_list(reader: Page, shelf: ReadingList) -> None:
    reader.goto(shelf.get_absolute_url())
    reader.locator("summary", has_text="Take along").click()
    reader.get_by_role("link", name="Bring papers in from a file").click()
    entry = "@misc{ice21, title={Ice}, doi={10.1000/1}, annote={cold}, keywords={winter}}"
    reader.get_by_label("Or paste it here").fill(f"{entry}\n@misc{{x, year=1}}")
    reader.get_by_role("button", name="Look at it").click()
    run_imports()
    expect(reader.get_by_label("Also into the list")).to_have_value(str(shelf.pk))
    reader.get_by_role("button", name="Bring them in").click()
    run_imports()
    expect(reader.get_by_text("1 paper is new in it")).to_be_visible()
    expect(reader.get_by_text("line 2, entry x")).to_be_visible()
    reader.get_by_role("link", name="Shelf").click()
    expect(reader.get_by_role("paragraph").filter(has_text="cold")).to_be_visible()
