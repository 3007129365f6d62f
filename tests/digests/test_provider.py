"""A provider over HTTP: what it took is sent, what it did not waits or fails, silence means doubt, and webhooks tell what came back."""

import base64
import sys
from collections.abc import Iterator
from importlib import reload
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import clear_url_caches
from pytest_django.fixtures import Settings

from accounts.models import HouseRules, User
from config import env
from digests.actions import deliver_mail, settle_doubts
from digests.channels import open_channel
from digests.mails import mail_of
from digests.models import Delivery, RelayRest, Subscription, Suppression
from tests.digests.makers import make_mail
from tests.digests.postmark import TOKEN, Provider, running_provider
from tests.digests.relay import free_port
from tests.digests.test_delivering import end_leases, fresh

pytestmark = pytest.mark.django_db
State = Delivery.State
SECRET = "hooks:a-long-password-of-its-own"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with running_provider() as (running, address):
        settings.MAIL_PROVIDER = "postmark"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": TOKEN,
            "POSTMARK_API_URL": address,
            "WEBHOOK_SECRET": SECRET,
            "REQUESTS_TIMEOUT": 1,
        }
        yield running


def test_a_mail_that_it_took_is_sent_and_known_by_its_id(alice: User, provider: Provider) -> None:
    mail = make_mail(alice)
    assert deliver_mail() == 1
    assert (fresh(mail).state, fresh(mail).provider_id) == (State.SENT, provider.ids[0])


def test_it_gets_the_whole_mail_and_tracks_nobody(alice: User, provider: Provider, settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@lectern.example"
    mail = make_mail(alice)
    deliver_mail()
    [taken] = provider.accepted
    headers = {one["Name"]: one["Value"] for one in taken["Headers"]}
    message = mail_of(mail)
    for name in ("Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"):
        assert headers[name] == message[name]
    assert not {"Return-Path", "DKIM-Signature", "To", "Subject"} & set(headers)
    assert (taken["Subject"], taken["To"], taken["From"]) == (message["Subject"], alice.email, "Lectern <lectern@127.0.0.1>")
    assert "papers" in taken["TextBody"] or "paper" in taken["TextBody"]
    assert "<html" in taken["HtmlBody"]
    assert (taken["TrackOpens"], taken["TrackLinks"]) == (False, "None")
    assert taken["Metadata"] == {"message_id": mail.message_id}


def test_an_address_that_it_knows_as_dead_fails_and_delays_nobody(alice: User, bob: User, provider: Provider) -> None:
    dead, alive = make_mail(alice), make_mail(bob)
    provider.to[alice.email] = "inactive"
    assert deliver_mail() == 1
    assert (fresh(dead).state, fresh(alive).state) == (State.FAILED, State.SENT)
    assert Suppression.objects.get().address == alice.email


def test_a_mail_that_it_refuses_fails_without_blaming_the_address(alice: User, provider: Provider) -> None:
    mail = make_mail(alice)
    provider.to[alice.email] = 413
    assert deliver_mail() == 0
    assert fresh(mail).state == State.FAILED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("status", [402, 404, 420, 429, 503])
def test_a_provider_that_is_busy_or_ill_is_left_alone(status: int, alice: User, provider: Provider) -> None:
    mail = make_mail(alice)
    provider.to[alice.email] = status
    assert deliver_mail() == 0
    assert fresh(mail).state == State.PENDING
    assert RelayRest.objects.exists()


def test_a_wrong_key_blames_no_mail(alice: User, provider: Provider, settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_SERVER_TOKEN": "wrong"}
    mail = make_mail(alice)
    assert deliver_mail() == 0
    assert fresh(mail).state == State.PENDING
    assert "401" in fresh(mail).reason


def test_one_that_is_away_took_nothing_for_certain(alice: User, provider: Provider, settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": f"http://127.0.0.1:{free_port()}/"}
    mail = make_mail(alice)
    assert deliver_mail() == 0
    assert fresh(mail).state == State.PENDING


@pytest.mark.parametrize("silence", ["hang", "cut", 500, 502, 504])
@pytest.mark.parametrize(("policy", "state"), [("hold", State.HELD), ("resend", State.PENDING)])
def test_silence_after_the_request_is_doubt_and_the_policy_decides(
    silence: str | int, policy: str, state: State, alice: User, provider: Provider, settings: Settings
) -> None:
    settings.IN_DOUBT_POLICY = policy
    mail = make_mail(alice)
    provider.to[alice.email] = silence
    assert deliver_mail() == 0
    assert fresh(mail).state == State.HANDING_OVER
    end_leases()
    assert settle_doubts() == 1
    assert fresh(mail).state == state


def test_resend_is_asked_again_under_the_same_key_and_sends_once(alice: User, provider: Provider, settings: Settings) -> None:
    settings.MAIL_PROVIDER = "resend"
    settings.ANYMAIL = {"RESEND_API_KEY": "key", "RESEND_API_URL": settings.ANYMAIL["POSTMARK_API_URL"], "REQUESTS_TIMEOUT": 1}
    mail = make_mail(alice)
    provider.to[alice.email] = "take and cut"
    assert deliver_mail() == 0
    assert fresh(mail).state == State.HANDING_OVER
    end_leases()
    settle_doubts()
    assert deliver_mail() == 1
    assert len(provider.accepted) == 1
    assert fresh(mail).provider_id == provider.keys[mail.message_id.strip("<>")]


def test_a_mail_that_may_not_go_out_any_more_is_not_sent(alice: User, provider: Provider) -> None:
    channel = open_channel()
    channel.send(mail_of(make_mail(alice)), lambda: None)
    channel.close()
    assert provider.accepted == []


def test_what_it_refuses_of_mails_that_django_sends_is_an_error_of_the_way_as_with_a_relay(provider: Provider, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "digests.channels.backends.ByProvider"
    provider.to["gone@elsewhere.example"] = "inactive"
    with pytest.raises(OSError, match="rejected"):
        EmailMessage("Hello", "Words", to=["gone@elsewhere.example"]).send()
    assert EmailMessage("Hello", "Words", to=["here@elsewhere.example"]).send() == 1
    assert len(provider.accepted) == 1


# --- Webhooks ----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def webhook(provider: Provider, settings: Settings) -> Iterator[Any]:
    """Posts an event as the provider does; the addresses are read anew, since an instance without a provider has none for webhooks."""

    def read_urls() -> None:
        reload(sys.modules["config.urls"])
        clear_url_caches()

    def post(event: dict[str, Any], secret: str = SECRET) -> int:
        headers = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
        client = Client(raise_request_exception=False)
        return client.post("/mail-events/postmark/tracking/", event, "application/json", headers=headers).status_code

    read_urls()
    yield post
    settings.ANYMAIL = {}
    read_urls()


def event(mail: Delivery, kind: str = "HardBounce", details: str = "", **over: Any) -> dict[str, Any]:
    record = "SpamComplaint" if kind == "SpamComplaint" else "Bounce"
    names = {"MessageID": "x", "Email": mail.address, "Metadata": {"message_id": mail.message_id}, "BouncedAt": "2026-11-27T08:00:00Z"}
    return {"RecordType": record, "Type": kind, "ID": 42, "Details": details, "Description": "The server said no.", **names, **over}


def test_a_hard_bounce_ends_mail(alice: User, webhook: Any) -> None:
    mail = make_mail(alice, state=State.SENT)
    assert webhook(event(mail, details="smtp;550 5.1.1 no such user")) == 200
    assert fresh(mail).state == State.BOUNCED
    assert Suppression.objects.get().why == "the mailbox does not exist"


def test_a_full_mailbox_does_not_at_once(alice: User, webhook: Any) -> None:
    mail = make_mail(alice, state=State.SENT)
    assert webhook(event(mail, "SoftBounce", "smtp;552 5.2.2 over quota")) == 200
    assert fresh(mail).state == State.BOUNCED
    assert not Suppression.objects.exists()


def test_a_complaint_switches_off(alice: User, webhook: Any) -> None:
    assert webhook(event(make_mail(alice, state=State.SENT), "SpamComplaint")) == 200
    assert not Subscription.objects.get(user=alice).is_active


def test_who_does_not_know_the_secret_changes_nothing(alice: User, webhook: Any) -> None:
    mail = make_mail(alice, state=State.SENT)
    assert webhook(event(mail), "hooks:guessed") == 400
    assert fresh(mail).state == State.SENT


def test_a_bounce_is_heard_also_where_visitors_may_not_read(alice: User, webhook: Any) -> None:
    HouseRules.objects.update_or_create(pk=1, defaults={"public_reading": False})
    mail = make_mail(alice, state=State.SENT)
    assert webhook(event(mail)) == 200
    assert fresh(mail).state == State.BOUNCED


def test_a_mail_that_is_not_ours_is_no_matter(alice: User, webhook: Any) -> None:
    mail = make_mail(alice, state=State.SENT)
    assert webhook(event(mail, Metadata={})) == 200
    assert webhook(event(mail, Metadata={"message_id": "<other@lectern.example>"})) == 200
    assert fresh(mail).state == State.SENT


def test_without_a_secret_there_is_no_webhook(client: Client) -> None:
    assert client.post("/mail-events/postmark/tracking/", {}).status_code == 404


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"MAIL_PROVIDER": "pigeon"}, "MAIL_PROVIDER="),
        ({"MAIL_PROVIDER": "postmark"}, "MAIL_PROVIDER_KEY"),
        (
            {"MAIL_PROVIDER": "postmark", "MAIL_PROVIDER_KEY": "k", "MAIL_PROVIDER_WEBHOOK_SECRET": "short:one"},
            "MAIL_PROVIDER_WEBHOOK_SECRET",
        ),
        ({"MAIL_PROVIDER": "postmark", "MAIL_PROVIDER_KEY": "k", "MAIL_PROVIDER_URL": "ftp://x"}, "MAIL_PROVIDER_URL"),
    ],
)
def test_a_provider_that_cannot_work_stops_the_start(given: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=named):
        env.provider("MAIL_PROVIDER")


def test_a_provider_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.provider("MAIL_PROVIDER") == {}
    for name, value in {"": "mailgun", "_KEY": "k", "_DOMAIN": "mg.example.org", "_SIGNING_KEY": "s", "_WEBHOOK_SECRET": SECRET}.items():
        monkeypatch.setenv(f"MAIL_PROVIDER{name}", value)
    assert env.provider("MAIL_PROVIDER") == {
        "MAILGUN_API_KEY": "k",
        "MAILGUN_SENDER_DOMAIN": "mg.example.org",
        "MAILGUN_WEBHOOK_SIGNING_KEY": "s",
        "WEBHOOK_SECRET": SECRET,
    }
