"""The pages that are not ours, in a real browser under our policy: the API's own page, and the admin site."""

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.actions.lists import add_paper, create_list
from papers.models import Paper, Vote
from tests.browser.conftest import let_in
from tests.digests.makers import make_mail
from tests.factories import PASSWORD, make_paper
from tests.test_admin import OURS, address

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(visitor: Page, live_server: LiveServer, admin: User) -> Page:
    let_in(visitor.context, admin, live_server.url)
    return visitor


def scrolled_to(page: Page, selector: str) -> Locator:
    """Find an operation by scrolling: the page holds only those in sight."""
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
    for _ in range(100):
        if page.locator(selector).count():
            page.locator(selector).scroll_into_view_if_needed()
            return page.locator(selector)
        page.evaluate("window.scrollBy(0, 400)")
        page.wait_for_timeout(100)
    raise AssertionError(f"{selector} is nowhere on the page")


def test_the_api_shows_itself_without_breaking_the_policy(visitor: Page) -> None:
    paths = visitor.request.get("/api/v1/schema/?format=json").json()["paths"]
    visitor.goto("/api/docs/")
    shown = scrolled_to(visitor, "#operations-papers-papers")
    shown.locator(".opblock-summary-control").click()
    expect(shown).to_contain_text("The catalogue, page by page.")
    last = [operation["operationId"] for path in paths.values() for operation in path.values()][-1]
    scrolled_to(visitor, f"[id$='-{last}']")


def test_the_api_can_be_tried_with_a_session_on_its_page(reader: Page, alice: User) -> None:
    paper = make_paper()
    reader.goto("/api/docs/")
    vote = scrolled_to(reader, "#operations-papers-vote")
    vote.locator(".opblock-summary-control").click()
    vote.get_by_role("button", name="Try it out").click()
    vote.get_by_placeholder("name").fill(paper.slug)
    with reader.expect_response("**/vote/") as answer:
        vote.get_by_role("button", name="Execute").click()
    assert answer.value.status == 200
    assert Vote.objects.get().user == alice


def test_every_page_of_the_admin_site_keeps_the_policy(staff: Page, alice: User) -> None:
    add_paper(reading_list=create_list(owner=alice.namespace, title="Shelf"), paper=make_paper(), user=alice)
    make_mail(alice)
    staff.goto("/admin/")
    expect(staff.get_by_role("heading", level=1)).to_have_text("Everything on this instance")
    for model in OURS:
        staff.goto(address(model, "changelist"))
        expect(staff.locator("#changelist")).to_be_visible()
        row = model._default_manager.first()
        assert row or model is not Paper
        if row:
            staff.goto(address(model, "change", row.pk))
            expect(staff.locator("#content")).to_be_visible()


def test_a_team_is_made_with_the_forms_of_the_admin_site(staff: Page, alice: User) -> None:
    staff.goto("/admin/accounts/team/add/")
    staff.get_by_label("Name:", exact=True).first.fill("Vision Lab")
    staff.locator("#id_namespace-0-name").fill("vision-lab")
    staff.get_by_role("link", name="Add another Membership").or_(staff.get_by_role("button", name="Add another Membership")).click()
    staff.locator("#memberships-0 .select2-selection").click()
    staff.locator(".select2-search__field").fill("alice")
    staff.locator(".select2-results__option", has_text="alice").click()
    staff.get_by_role("button", name="Save", exact=True).click()
    expect(staff.get_by_text("A team needs an owner.")).to_be_visible()
    staff.locator("#id_memberships-0-role").select_option("owner")
    staff.get_by_role("button", name="Save", exact=True).click()
    expect(staff.locator(".messagelist")).to_contain_text("was added successfully")
    assert alice.teams.get().slug == "vision-lab"


def test_the_admin_site_is_entered_by_the_log_in_page(visitor: Page, admin: User) -> None:
    visitor.goto("/admin/")
    visitor.get_by_label("Email").or_(visitor.get_by_label("E-mail")).first.fill(admin.email)
    visitor.get_by_label("Password").first.fill(PASSWORD)
    visitor.get_by_role("button", name="Log in").or_(visitor.get_by_role("button", name="Sign in")).first.click()
    visitor.wait_for_url("**/admin/")
    expect(visitor.locator("#site-name")).to_contain_text("Lectern")
