"""Having a team's digest sent to a program, as a maintainer does it: added, tried, given another secret, ended."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.models import Team
from digests.models import TeamOutlet
from digests.signing import outlet_confirm_token, outlet_stop_token
from tests.browser.test_every_page import check
from tests.digests.makers import make_outlet, make_post, make_team_digest
from tests.digests.receiver import receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
PAGE = "/digests/teams/graph-lab/"


def add_webhook(page: Page, address: str) -> str:
    page.goto(PAGE)
    page.get_by_role("link", name="Send it to a chat, list or program").click()
    page.get_by_label("Kind").select_option(label="Webhook")
    page.get_by_label("Label").fill("Our robot")
    page.get_by_role("textbox", name="Address").fill(address)
    page.get_by_role("button", name="Add it").click()
    return str(page.locator("#secret").text_content())


@pytest.mark.usefixtures("graph_lab")
@pytest.mark.parametrize("browser", ["reader", "plain_reader"])
def test_a_webhook_is_added_tried_and_ended(browser: str, request: Any, settings: Settings) -> None:
    page: Page = request.getfixturevalue(browser)
    settings.FETCH_PRIVATE = True
    with receiving() as receiver:
        secret = add_webhook(page, receiver.url)
        assert secret.startswith("whsec_")
        page.get_by_role("link", name="Back to the digest").click()
        row = page.get_by_role("listitem").filter(has_text="Our robot")
        expect(row).to_contain_text("Nothing was sent there yet")
        row.locator("summary").click()
        row.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("“Our robot” took the test.")).to_be_visible()
    assert len(receiver.posts) == 1
    row.locator("summary").click()
    row.get_by_role("button", name="New secret").click()
    assert page.locator("#secret").text_content() != secret
    page.get_by_role("link", name="Back to the digest").click()
    row.locator("summary").click()
    row.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("“Our robot” is removed.")).to_be_visible()
    assert not TeamOutlet.objects.exists()


def test_the_pages_of_outlets_are_sound(reader: Page, graph_lab: Team) -> None:
    digest = make_team_digest(graph_lab)
    listed = make_outlet(graph_lab, kind="mailing_list", address="readers@lists.example")
    make_outlet(graph_lab, kind="slack", label="Electroencephalographically" * 2, is_active=False, why_off="it answered 410 Gone")
    make_post(make_outlet(graph_lab), digest, state="failed", reason="it answered 403 Forbidden")
    TeamOutlet.objects.filter(pk=listed.pk).update(confirmed_at=None)
    confirm, stop = (token(listed.pk) for token in (outlet_confirm_token, outlet_stop_token))
    check(reader, PAGE, f"{PAGE}outlets", f"/digests/outlets/confirm/{confirm}/", f"/digests/outlets/stop/{stop}/")
