"""The way back: a reader whose address gets no mail sees why, and says that it works again; not too often."""

import json

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import User
from digests.actions import compose_digests, deliver_mail
from digests.actions.personal_data import DigestsPart
from digests.actions.suppressing import LIFTS
from digests.models import Subscription, Suppression
from tests.api import Program
from tests.digests.relay import RelayBehaviour
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
Kind = Suppression.Kind
PAGES = ["/digests/", "/digests/settings/"]
BUTTON, API = "/digests/address-works/", "/me/address/"


def stop(user: User, kind: str = Kind.BOUNCED, reason: str = "550 5.1.1 no such user") -> Suppression:
    return Suppression.objects.create(address=user.email.upper(), kind=kind, reason=reason)


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_sees_that_mail_stopped_why_and_since_when(page: str, alice: User, alices_browser: Client) -> None:
    with time_machine.travel("2026-11-03T12:00Z", tick=False):
        stop(alice)
    shown = alices_browser.get(page).content.decode()
    assert "We stopped writing to ALICE@LAB.EXAMPLE: the mailbox does not exist (since 3 Nov 2026)." in shown
    assert "My address works again" in shown


@pytest.mark.parametrize("page", PAGES)
def test_whose_mail_arrives_sees_nothing_of_the_kind(page: str, bob: User, alices_browser: Client) -> None:
    stop(bob)
    assert "We stopped writing" not in alices_browser.get(page).content.decode()


@pytest.mark.parametrize(
    ("kind", "reason", "why"),
    [
        (Kind.BOUNCED, "552 5.2.2 over quota", "the mailbox is full"),
        (Kind.BOUNCED, "550 5.4.4 host not found", "nothing takes mail at its domain"),
        (Kind.BOUNCED, "550 5.7.1 blocked", "mails to it came back"),
        (Kind.REFUSED, "550 5.1.1 no such mailbox", "the mailbox does not exist"),
        (Kind.REFUSED, "550 no", "mails to it came back"),
        (Kind.COMPLAINED, "", "a mail of ours was reported as spam"),
        (Kind.BY_HAND, "asked us on the phone", "an administrator of this site stopped them"),
    ],
)
def test_why_is_said_in_the_reader_s_words(kind: Kind, reason: str, why: str) -> None:
    assert Suppression(kind=kind, reason=reason).why == why


def test_the_button_writes_again_at_once(alice: User, alices_browser: Client, relay: RelayBehaviour) -> None:
    make_paper()
    stop(alice)
    page = alices_browser.post(BUTTON, follow=True)
    assert "We write to alice@lab.example again" in page.content.decode()
    compose_digests()
    assert deliver_mail() == 1
    assert relay.recipients == [alice.email]


def test_pressed_without_need_it_does_nothing(alice: User, alices_browser: Client) -> None:
    for _ in range(5):
        assert alices_browser.post(BUTTON).status_code == 302
    assert not Subscription.objects.filter(user=alice, digests__isnull=False).exists()


def test_twice_a_month_is_enough(alice: User, alices_browser: Client) -> None:
    for _ in range(LIFTS.amount):
        stop(alice)
        alices_browser.post(BUTTON)
    stop(alice)
    page = alices_browser.post(BUTTON, follow=True).content.decode()
    assert "twice within a month" in page
    assert Suppression.objects.exists()


def test_after_a_complaint_its_reader_lifts_it_and_the_digest_stays_off(alice: User, alices_browser: Client) -> None:
    stop(alice, Kind.COMPLAINED, "a mail was reported as spam")
    assert "Write to me again" in alices_browser.get(PAGES[0]).content.decode()
    alices_browser.post(BUTTON)
    assert not Suppression.objects.exists()


def test_what_staff_stopped_is_for_staff_to_lift(alice: User, alices_browser: Client) -> None:
    stop(alice, Kind.BY_HAND, "asked us on the phone")
    page = alices_browser.get(PAGES[0]).content.decode()
    assert "Ask an administrator" in page
    assert BUTTON not in page
    alices_browser.post(BUTTON)
    assert Suppression.objects.exists()


def test_another_address_needs_nothing(alice: User, alices_browser: Client, relay: RelayBehaviour) -> None:
    stop(alice)
    alice.email = "alice@elsewhere.example"
    alice.save()
    assert "We stopped writing" not in alices_browser.get(PAGES[0]).content.decode()


def test_the_same_over_rest(alice: User) -> None:
    program = Program(alice)
    assert program.ask("get", API).json() == {"address": alice.email, "stopped": None}
    stop(alice)
    stopped = program.ask("get", API).json()["stopped"]
    assert (stopped["kind"], stopped["why"], stopped["is_for_reader_to_lift"]) == ("bounced", "the mailbox does not exist", True)
    assert program.ask("post", API).json() == {"address": alice.email, "stopped": None}
    for _ in range(LIFTS.amount):
        stop(alice)
        answer = program.ask("post", API)
    assert answer.status_code == 429


def test_a_month_later_it_may_be_said_again(alice: User, alices_browser: Client) -> None:
    for _ in range(LIFTS.amount):
        stop(alice)
        alices_browser.post(BUTTON)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_limit SET tries = ARRAY(SELECT t - interval '31 days' FROM unnest(tries) t)")
    stop(alice)
    alices_browser.post(BUTTON)
    assert not Suppression.objects.exists()


def test_it_is_in_the_copy_of_a_reader_s_data(alice: User, bob: User) -> None:
    stop(alice)
    stop(bob)
    files = {file.name: json.loads("".join(file.pieces)) for file in DigestsPart().export(alice)}
    assert [one["kind"] for one in files["digests/stopped.json"]] == ["bounced"]
