"""The page behind a mail's foot: when the digest comes, a pause, the end, without a log-in, and nothing else of the account."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.actions.deleting import ask_for_deletion
from accounts.models import HouseRules, User
from digests.actions import subscription_of
from digests.actions.clock import database_now
from digests.mails import mail_of
from digests.models import Delivery, Subscription
from digests.signing import answer_token, preferences_token, read_preferences_token, stop_token, team_stop_token, unsubscribe_token
from tests.digests.makers import make_digest, make_mail

pytestmark = pytest.mark.django_db
MONTHLY = {"cadence": "monthly", "weekday": 2, "hour": 18, "paper_limit": 7}


@pytest.fixture
def subscription(alice: User) -> Subscription:
    return subscription_of(user=alice)


@pytest.fixture
def page(subscription: Subscription) -> str:
    return reverse("digests:preferences", args=[preferences_token(subscription.pk)])


def post(page: str, subscription: Subscription, **fields: object) -> str:
    """As from a mail: no cookie, no CSRF token."""
    response = Client(enforce_csrf_checks=True).post(page, fields)
    assert response.status_code == 200
    subscription.refresh_from_db()
    return response.content.decode()


def test_following_the_link_changes_nothing(page: str, subscription: Subscription, visitors_browser: Client) -> None:
    before = Subscription.objects.values().get()
    for query in ("", "?cadence=monthly", "?do=stop", "?do=pause&weeks=4"):
        assert visitors_browser.get(page + query).status_code == 200
        assert visitors_browser.head(page + query).status_code == 200
    assert Subscription.objects.values().get() == before


def test_it_shows_nothing_of_the_account_but_when_the_digest_comes(page: str, alice: User, visitors_browser: Client) -> None:
    make_digest(alice)
    shown = visitors_browser.get(page).content.decode()
    assert "Every Monday, 08:00 (UTC)." in shown
    assert [one for one in (alice.email, alice.full_name or alice.handle, "/people/alice") if one in shown] == []
    assert '<meta name="robots" content="noindex, nofollow">' in shown


def test_cadence_day_hour_and_length_can_be_changed(page: str, subscription: Subscription) -> None:
    shown = post(page, subscription, **MONTHLY)
    assert (subscription.cadence, subscription.weekday, subscription.hour, subscription.paper_limit) == ("monthly", 2, 18, 7)
    assert "On the first Wednesday of the month at 18:00" in shown
    assert subscription.next_due_at == subscription.due_after(database_now())


def test_nothing_else_can_be_changed(page: str, subscription: Subscription, alice: User) -> None:
    post(page, subscription, **MONTHLY, time_zone="Asia/Tokyo", choosiness="strict", is_active="", user=0, email="eve@lab.example")
    alice.refresh_from_db()
    assert (subscription.time_zone, subscription.choosiness, subscription.is_active) == ("UTC", "usual", True)
    assert (subscription.user, alice.email) == (alice, "alice@lab.example")


@pytest.mark.parametrize("wrong", [{"paper_limit": 5_000}, {"cadence": "hourly"}, {"hour": 24}, {"weekday": ""}, {"do": "shred"}])
def test_what_cannot_be_is_refused_and_changes_nothing(wrong: dict, page: str, subscription: Subscription) -> None:
    before = Subscription.objects.values().get()
    post(page, subscription, **{**MONTHLY, **wrong})
    assert Subscription.objects.values().get() == before


@pytest.mark.parametrize("weeks", [2, 4])
def test_it_is_paused_for_some_weeks_and_goes_on_when_told(weeks: int, page: str, subscription: Subscription, alice: User) -> None:
    mail = make_mail(alice)
    shown = post(page, subscription, do="pause", weeks=weeks)
    until = subscription.today(database_now()) + timedelta(weeks=weeks)
    assert f"Paused until {until.day} {until:%B %Y}." in shown
    assert Delivery.objects.get(pk=mail.pk).state == Delivery.State.SKIPPED
    assert "Paused" not in post(page, subscription, do="resume")
    assert subscription.paused_until is None


def test_it_is_paused_until_a_day(page: str, subscription: Subscription) -> None:
    day = subscription.today(database_now()) + timedelta(days=10)
    post(page, subscription, do="pause", until=day.isoformat())
    assert subscription.paused_until
    assert subscription.paused_until.date() == day


@pytest.mark.parametrize("days", [-1, 0, 367, 10**6])
def test_a_pause_ends_after_today_and_within_a_year(days: int, page: str, subscription: Subscription) -> None:
    day = subscription.today(database_now()) + timedelta(days=days)
    assert "Choose a day after today, within a year." in post(page, subscription, do="pause", until=day.isoformat())
    assert subscription.paused_until is None


@pytest.mark.parametrize("fields", [{}, {"weeks": 3}, {"weeks": "x"}, {"until": "soon"}, {"until": ""}, {"weeks": ""}])
def test_a_pause_without_an_end_is_refused(fields: dict, page: str, subscription: Subscription) -> None:
    post(page, subscription, do="pause", **fields)
    assert subscription.paused_until is None


def test_it_is_stopped_and_started_again(page: str, subscription: Subscription) -> None:
    assert "Start the digest again" in post(page, subscription, do="stop")
    assert not subscription.is_active
    assert "The digest comes again." in post(page, subscription, do="start")
    assert subscription.is_active
    assert subscription.next_due_at == subscription.due_after(database_now())


def test_only_its_own_kind_of_token_opens_it(subscription: Subscription, alice: User, visitors_browser: Client) -> None:
    token = preferences_token(subscription.pk)
    entry = make_digest(alice).entries.get()
    others = [unsubscribe_token(subscription.pk), answer_token(entry.pk), stop_token(alice.pk, "security"), team_stop_token(alice.pk, 1)]
    for forged in (*others, token[:-1], f"1{token}", "x", f"{subscription.pk}."):
        assert read_preferences_token(forged) is None
        assert visitors_browser.post(reverse("digests:preferences", args=[forged]), {"do": "stop"}).status_code == 404
    for address in ("digests:unsubscribe", "digests:answers", "digests:team_stop", "digests:stop_notices"):
        assert visitors_browser.post(reverse(address, args=[token])).status_code in {404, 405}
    subscription.refresh_from_db()
    assert subscription.is_active


@pytest.mark.parametrize("departure", ["is deactivated", "leaves"])
def test_it_is_closed_once_its_reader_is_gone(departure: str, page: str, alice: User, visitors_browser: Client) -> None:
    if departure == "leaves":
        ask_for_deletion(user=alice)
    else:
        User.objects.update(is_active=False)
    assert visitors_browser.get(page).status_code == 404


def test_it_is_open_where_the_house_is_closed_to_visitors(page: str, visitors_browser: Client) -> None:
    HouseRules.objects.create(pk=1, public_reading=False)
    assert visitors_browser.get(page).status_code == 200
    assert visitors_browser.get("/")["Location"].startswith("/accounts/login/")


def test_the_way_out_offers_gentler_ways_that_lead_here(page: str, subscription: Subscription, visitors_browser: Client) -> None:
    shown = visitors_browser.get(reverse("digests:unsubscribe", args=[unsubscribe_token(subscription.pk)])).content.decode()
    assert re.findall(r'href="([^"]*preferences[^"]*)"', shown) == [f"{page}#pause", f"{page}?cadence=monthly#rhythm"]
    proposed = visitors_browser.get(f"{page}?cadence=monthly").content.decode()
    assert '<option value="monthly" selected>' in proposed
    assert "Nothing is changed yet" in proposed


def test_every_digest_s_mail_leads_here(page: str, alice: User) -> None:
    message = mail_of(make_mail(alice))
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body
        assert page in str(body.get_content())


def test_logged_in_the_settings_pause_it_too(alices_browser: Client, subscription: Subscription) -> None:
    alices_browser.post(reverse("digests:settings"), {"do": "pause", "weeks": 2})
    assert "Paused until" in alices_browser.get(reverse("digests:settings")).content.decode()
    assert "Paused until" in alices_browser.get("/digests/").content.decode()
    alices_browser.post(reverse("digests:settings"), {"do": "resume"})
    assert "Paused" not in alices_browser.get("/digests/").content.decode()


@pytest.mark.parametrize("languages", [[("en", "English")], [("en", "English"), ("de", "Deutsch")]])
def test_the_language_of_mails_is_chosen_where_there_is_a_choice(languages: list, alices_browser: Client, alice: User) -> None:
    with override_settings(LANGUAGES=languages):
        shown = alices_browser.get(reverse("digests:settings")).content.decode()
    assert ('name="language"' in shown) == (len(languages) > 1)
