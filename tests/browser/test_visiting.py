"""Trending papers without an account, all the way: asked for, confirmed, mailed, tuned, stopped, forgotten."""

import re
from email.message import Message

import pytest
from django.conf import settings as site
from django.db.models.functions import Now
from django.test.utils import override_settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from digests import tasks
from digests.mails import mail_of
from digests.models import Delivery, VisitorDigest, VisitorSubscription
from digests.signing import confirm_token, visitor_token
from tests.browser.screenshots import THEMES
from tests.browser.test_every_page import NARROWEST, check
from tests.browser.test_your_data import picture
from tests.digests.makers import make_visitor, make_visitor_digest
from tests.digests.relay import RelayBehaviour, running_relay
from tests.factories import make_paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
DORA = "dora@elsewhere.example"
LONG_WORD = "Electroencephalographically" * 3


def work() -> None:
    """One round of what the clock makes workers do."""
    for task in (tasks.plan, tasks.compose, tasks.deliver):
        task()


def link_in(mail: Message, kind: str) -> str:
    """The path of the link of a kind in a mail's text."""
    [text] = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    body = text.get_payload(decode=True)
    assert isinstance(body, bytes)
    found = re.search(rf"{re.escape(site.SITE_URL)}(/digests/subscribe/{kind}/\S+)", body.decode())
    assert found
    return found[1]


def test_from_the_form_to_the_mail_and_out_again(visitor: Page, live_server: LiveServer) -> None:
    make_paper(title="Weighing what readers say", categories=("cs.CL",))
    make_paper(title="Elsewhere", categories=("math.AG",))
    with running_relay() as (relay, address), override_settings(RELAY=address, EMAIL_TIMEOUT=5):
        _ask(visitor, relay)
        _confirm(visitor, relay)
        _get_mail(relay)
        _tune_and_leave(visitor, relay)


def _ask(visitor: Page, relay: RelayBehaviour) -> None:
    visitor.goto("/")
    visitor.get_by_role("link", name="Choose categories").click()
    visitor.get_by_label("E-mail address").fill(DORA)
    visitor.get_by_label("cs.CL").check()
    visitor.get_by_role("button", name="Mail them to me").click()
    expect(visitor.get_by_role("heading", name="Look into your inbox")).to_be_visible()
    work()
    assert relay.recipients == [DORA]
    assert not VisitorDigest.objects.exists()


def _confirm(visitor: Page, relay: RelayBehaviour) -> None:
    visitor.goto(link_in(relay.accepted[0], "confirm"))
    zone = visitor.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(visitor.get_by_label("Time zone")).to_have_value(zone)
    visitor.get_by_role("button", name="Yes, mail them to me").press("Enter")
    expect(visitor.get_by_role("heading", name="The papers will come")).to_be_visible()
    picture(visitor, "visitor-confirmed")


def _get_mail(relay: RelayBehaviour) -> None:
    VisitorSubscription.objects.update(next_due_at=Now())
    work()
    work()
    assert [str(mail["To"]) for mail in relay.accepted] == [DORA, DORA]
    assert relay.accepted[1]["Subject"] == "A trending paper: Weighing what readers say"


def _tune_and_leave(visitor: Page, relay: RelayBehaviour) -> None:
    visitor.goto(link_in(relay.accepted[1], "preferences"))
    visitor.get_by_label("Day").select_option("Friday")
    visitor.get_by_role("button", name="Save the preferences").click()
    expect(visitor.locator(".toast")).to_contain_text("Your preferences are saved")
    expect(visitor.get_by_text("Friday,")).to_be_visible()
    visitor.goto(link_in(relay.accepted[1], "stop"))
    visitor.get_by_role("button", name="Stop these mails").click()
    visitor.get_by_role("link", name="Start again, or delete your address").click()
    visitor.get_by_text("Delete my address", exact=True).click()
    visitor.get_by_role("button", name="Delete my address for good").click()
    expect(visitor.get_by_role("heading", name="Your address is deleted")).to_be_visible()
    assert not VisitorSubscription.objects.exists()


def test_the_box_on_the_front_page_works_by_itself(visitor: Page) -> None:
    make_paper()
    visitor.goto("/")
    visitor.locator("#subscribe-address").fill(DORA)
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("heading", name="Look into your inbox")).to_be_visible()
    assert VisitorSubscription.objects.get().address == DORA


def test_it_works_without_javascript(chromium: Browser, live_server: LiveServer) -> None:
    with chromium.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.locator("#subscribe-address").fill(DORA)
        page.get_by_role("button", name="Mail them to me").click()
        subscription = VisitorSubscription.objects.get()
        page.goto(f"/digests/subscribe/confirm/{confirm_token(subscription.pk, DORA)}/")
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Yes, mail them to me").click()
        expect(page.get_by_text("Asia/Tokyo")).to_be_visible()
    assert VisitorSubscription.objects.active().get().time_zone == "Asia/Tokyo"


def test_the_pages_are_sound(visitor: Page) -> None:
    make_paper(categories=("cs.CL", "math.AG", *(f"x.{number}" for number in range(30))))
    dora, waiting = make_visitor(DORA), make_visitor(f"{LONG_WORD[:60]}@elsewhere.example", confirmed_at=None)
    token = visitor_token(dora.pk)
    check(
        visitor,
        "/digests/subscribe/",
        "/digests/subscribe/asked/",
        f"/digests/subscribe/confirm/{confirm_token(waiting.pk, waiting.address)}/",
        f"/digests/subscribe/confirm/{confirm_token(dora.pk, DORA)}/",
        f"/digests/subscribe/preferences/{token}/",
        f"/digests/subscribe/stop/{token}/",
    )


def test_the_mails_fit_every_width_in_both_themes(chromium: Browser) -> None:
    waiting, dora = make_visitor("waiting@elsewhere.example", confirmed_at=None), make_visitor(DORA)
    paper = make_paper(title=f"On {LONG_WORD} and its uses", authors=("Ada Lovelace", LONG_WORD))
    digest = make_visitor_digest(dora, paper, make_paper())
    question = Delivery(visitor_subscription=waiting, address=waiting.address, message_id="<question@test>")
    with chromium.new_context() as context:
        page = context.new_page()
        for mail, name in ((digest.deliveries.get(), "visitor-mail"), (question, "visitor-question")):
            body = mail_of(mail).get_body(("html",))
            assert body
            page.set_content(body.get_content())
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                for width in (NARROWEST, 390, 1280):
                    page.set_viewport_size({"width": width, "height": 900})
                    assert page.evaluate("document.documentElement.scrollWidth") == width
            picture(page, name)
