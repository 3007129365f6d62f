"""A reader has a test mail sent: it goes the way of all mail, three times an hour at most."""

import json

import pytest
from django.test import Client

from accounts.models import Scope, User
from digests.actions import AskedTooOften, deliver_mail, send_test
from digests.actions.personal_data import DigestsPart
from digests.actions.requeueing import queue_again
from digests.models import Delivery, Suppression
from tests.api import Program
from tests.digests.relay import RelayBehaviour

outbox = pytest.mark.django_db(transaction=True)


@outbox
def test_it_goes_to_the_readers_own_address_by_the_relay(alice: User, relay: RelayBehaviour) -> None:
    delivery = send_test(user=alice)
    assert deliver_mail() == 1
    [mail] = relay.accepted
    assert relay.recipients == [alice.email]
    assert mail["Subject"] == "Mail from Lectern reaches you"
    assert mail["List-Unsubscribe"] is None, "nothing is subscribed to"
    assert mail["Message-ID"] == delivery.message_id
    assert Delivery.objects.get().state == "sent"


@outbox
def test_what_the_relay_says_shows_on_the_settings_page(alice: User, alices_browser: Client, relay: RelayBehaviour) -> None:
    relay.to_recipient[alice.email] = "550 5.1.1 no such user here"
    page = alices_browser.post("/digests/send-test/", follow=True).content.decode()
    assert f"A test mail is on its way to {alice.email}" in page
    assert "waiting: it is sent within minutes" in page
    deliver_mail()
    page = alices_browser.get("/digests/settings/").content.decode()
    assert f"failed: the mailbox does not exist; we stopped writing to {alice.email}" in page
    assert "no such user here" not in page


@outbox
@pytest.mark.parametrize("why", ["suppressed", "inactive", "leaving"])
def test_it_is_not_sent_to_who_may_get_no_mail(alice: User, relay: RelayBehaviour, why: str) -> None:
    send_test(user=alice)
    if why == "suppressed":
        Suppression.objects.create(address=alice.email.upper(), reason="550 5.1.1")
    else:
        changes = {"inactive": {"is_active": False}, "leaving": {"deletion_due_at": "2100-01-01T00:00Z"}}
        User.objects.filter(pk=alice.pk).update(**changes[why])
    assert deliver_mail() == 0
    assert relay.accepted == []
    assert Delivery.objects.get().state == "skipped"


def test_the_fourth_within_an_hour_is_refused(alice: User, bob: User) -> None:
    for _ in range(3):
        send_test(user=alice)
    with pytest.raises(AskedTooOften):
        send_test(user=alice)
    send_test(user=bob)
    assert Delivery.objects.of_kind("test").count() == 4
    assert set(Delivery.objects.tests_of(alice).values_list("reader", flat=True)) == {alice.pk}


def test_the_page_says_when_it_is_enough(alices_browser: Client) -> None:
    for _ in range(3):
        alices_browser.post("/digests/send-test/")
    assert "asked for three tests within an hour" in alices_browser.post("/digests/send-test/", follow=True).content.decode()


def test_programs_ask_for_it_and_for_what_became_of_it(alice: User) -> None:
    program = Program(alice, [Scope.DIGESTS_READ, Scope.DIGESTS_WRITE])
    asked = program.ask("post", "/digests/send-test/")
    assert asked.status_code == 202
    assert asked.json()["address"] == alice.email
    assert asked.json()["line"].endswith("waiting: it is sent within minutes")
    assert program.get("/digests/send-test/") == [asked.json()]
    for _ in range(2):
        program.ask("post", "/digests/send-test/")
    refused = program.ask("post", "/digests/send-test/")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"


def test_it_is_in_the_readers_copy_of_their_data_and_stops_when_they_leave(alice: User) -> None:
    send_test(user=alice)
    files = {file.name: file for file in DigestsPart().export(alice)}
    assert json.loads("".join(files["digests/deliveries.json"].pieces))[0]["address"] == alice.email
    DigestsPart().pause_person(alice)
    assert Delivery.objects.get().state == "skipped"


def test_a_failed_one_can_be_queued_again(alice: User) -> None:
    send_test(user=alice)
    Delivery.objects.update(state="failed", reason="550")
    assert queue_again(deliveries=Delivery.objects.all()) == 1
    assert Delivery.objects.get().state == "pending"
