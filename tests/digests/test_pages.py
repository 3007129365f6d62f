"""Digests on the web: the archive, one digest, its settings, and the way out."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from digests.actions import compose_digests, subscription_of
from digests.models import Delivery, Digest
from digests.signing import unsubscribe_token
from papers.actions.voting import cast_vote
from tests.digests.makers import sent_now
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
SETTINGS = {
    "is_active": "on",
    "cadence": "weekly",
    "weekday": 4,
    "hour": 17,
    "time_zone": "Europe/Berlin",
    "paper_limit": 5,
    "choosiness": "easy",
}


@pytest.fixture
def digest(alice: User) -> Digest:
    """Alice's digest of this week with one paper in it."""
    make_paper(title="Graphs of readers", abstract="Graphs and readers of graphs.")
    cast_vote(user=alice, paper=make_paper(title="Graphs of papers", abstract="Graphs and papers about graphs."))
    sent = sent_now(alice)
    assert sent.state == Digest.State.READY
    return sent


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_digest_says_why_each_paper_is_in_it(digest: Digest, alices_browser: Client) -> None:
    page = read(alices_browser, digest.get_absolute_url())
    assert "Graphs of readers" in page
    assert "Because you upvoted “Graphs of papers”" in page


def test_a_digest_is_its_readers_own(digest: Digest, bob: User) -> None:
    client = Client()
    assert client.get(digest.get_absolute_url())["Location"].startswith("/accounts/login/")
    client.force_login(bob)
    assert client.get(digest.get_absolute_url()).status_code == 404


def test_the_archive_and_the_digest_say_what_became_of_each_mail(digest: Digest, alices_browser: Client) -> None:
    for page in ("/digests/", digest.get_absolute_url()):
        Delivery.objects.update(state=Delivery.State.PENDING, reason="")
        assert "waiting: it is sent within minutes" in read(alices_browser, page)
        Delivery.objects.update(state=Delivery.State.FAILED, reason="550 no such mailbox at mx7")
        text = read(alices_browser, page)
        assert "failed: the mailbox does not exist" in text
        assert "mx7" not in text, "the relay's own words are for the administrator"


def test_a_week_without_papers_is_listed_with_its_reason(alices_browser: Client, alice: User) -> None:
    page = alices_browser.post(reverse("digests:send_now"), follow=True).content.decode()
    assert f"It goes to {alice.email} and shows here." in page
    assert 'hx-trigger="every 2s"' in page
    compose_digests()
    skipped = Digest.objects.get(state=Digest.State.SKIPPED)
    assert skipped.reason in read(alices_browser, "/digests/")
    assert "No digest this time" in read(alices_browser, skipped.get_absolute_url())


def test_the_button_sends_the_digest_again_and_shows_it(digest: Digest, alices_browser: Client, alice: User) -> None:
    Delivery.objects.update(state=Delivery.State.SENT, sent_at=digest.composed_at)
    response = alices_browser.post(reverse("digests:send_now"), follow=True)
    assert response.redirect_chain == [(digest.get_absolute_url(), 302)]
    assert f"on its way to {alice.email}" in response.content.decode()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["pending", "sent"]


def test_a_reader_without_digests_is_told_how_they_come(alices_browser: Client) -> None:
    assert "Your first digest is still to come" in read(alices_browser, "/digests/")


def test_settings_move_the_next_digest(alices_browser: Client, alice: User) -> None:
    fields = SETTINGS | {"weekday": 4, "hour": 17, "paper_limit": 5}
    assert alices_browser.post(reverse("digests:settings"), fields)["Location"] == reverse("digests:settings")
    subscription = subscription_of(user=alice)
    assert (subscription.weekday, subscription.hour, subscription.paper_limit) == (4, 17, 5)
    assert "Friday" in read(alices_browser, "/digests/settings/")


def test_settings_out_of_bounds_are_refused_in_words(alices_browser: Client, alice: User) -> None:
    fields = SETTINGS | {"paper_limit": 5_000}
    assert "less than or equal to 50" in alices_browser.post(reverse("digests:settings"), fields).content.decode()
    assert subscription_of(user=alice).paper_limit != 5_000


def test_following_the_link_in_a_mail_changes_nothing(alice: User, visitors_browser: Client) -> None:
    subscription = subscription_of(user=alice)
    page = read(visitors_browser, reverse("digests:unsubscribe", args=[unsubscribe_token(subscription.pk)]))
    assert "Stop the digest?" in page
    subscription.refresh_from_db()
    assert subscription.is_active


@pytest.mark.parametrize("how", [{}, {"content_type": "application/x-www-form-urlencoded"}])
def test_a_mail_program_unsubscribes_with_one_click(alice: User, how: dict[str, str]) -> None:
    subscription = subscription_of(user=alice)
    address = reverse("digests:unsubscribe", args=[unsubscribe_token(subscription.pk)])
    body = "List-Unsubscribe=One-Click" if how else {"List-Unsubscribe": "One-Click"}
    assert Client(enforce_csrf_checks=True).post(address, body, **how).status_code == 200
    subscription.refresh_from_db()
    assert not subscription.is_active


def test_a_forged_token_stops_nobodys_digest(alice: User, visitors_browser: Client) -> None:
    subscription = subscription_of(user=alice)
    token = unsubscribe_token(subscription.pk)
    for forged in (token[:-1], "x", f"1{token}"):
        assert visitors_browser.post(reverse("digests:unsubscribe", args=[forged])).status_code == 404
    subscription.refresh_from_db()
    assert subscription.is_active
