"""A program is told what happens: a reader adds it, looks at its log, and sends a post again."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.models import Team, User
from digests.models import Webhook
from tests.browser.test_every_page import check
from tests.digests.makers import make_told, make_webhook
from tests.digests.receiver import receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]


def test_a_reader_adds_a_webhook_and_posts_again(reader: Page, settings: Settings) -> None:
    settings.FETCH_PRIVATE = True
    with receiving() as receiver:
        reader.goto("/digests/webhooks/")
        reader.get_by_label("Label").fill("Our robot")
        reader.get_by_role("textbox", name="Address").fill(receiver.url)
        reader.get_by_label("somebody upvotes a paper").check()
        reader.get_by_role("button", name="Add it").click()
        assert str(reader.locator("#secret").text_content()).startswith("whsec_")
        make_told(Webhook.objects.get())
        reader.get_by_role("button", name="Send a test").click()
        expect(reader.get_by_text("“Our robot” took the test.")).to_be_visible()
        reader.get_by_role("button", name="Post it again").click()
        expect(reader.get_by_text("It is posted once more")).to_be_visible()


def test_the_pages_of_webhooks_are_sound(reader: Page, alice: User, graph_lab: Team) -> None:
    for owner in (alice, graph_lab):
        webhook = make_webhook(owner, label="Electroencephalographically" * 2, types=["paper.voted", "list.changed"])
        make_told(webhook)
        make_told(webhook, state="failed", status=503, reason="it answered 503 Service Unavailable", attempts=10)
        make_webhook(owner, is_active=False, why_off="it answered 410 Gone")
        pages = ("/digests/webhooks/", "/digests/teams/graph-lab/webhooks")[owner is graph_lab], webhook.get_absolute_url()
        check(reader, *pages)
