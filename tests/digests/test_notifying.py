"""Notices that leave the house: by mail at once, or in the next digest, once each."""

import email
from email import policy
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.events import record_event
from accounts.actions.notices import change_ways
from accounts.events import Topic, Way
from accounts.models import Notice, User
from digests.actions import compose_digests, deliver_mail, mail_notices, plan_digests
from digests.models import Delivery, Digest, Suppression
from digests.signing import stop_token
from tests.api import Program
from tests.digests.makers import make_due
from tests.digests.relay import RelayBehaviour
from tests.factories import make_paper
from tests.threads import at_once

State = Delivery.State


def tell(user: User, what: str = "Something happened", way: Way = Way.MAIL) -> Notice:
    change_ways(user=user, ways={Topic.SECURITY: way})
    return record_event(kind="security.changed", person=user, tell=[user], path="/settings/", what=what).notices.get()


def mail_at(relay: RelayBehaviour) -> EmailMessage:
    [message] = relay.accepted
    return email.message_from_bytes(message.as_bytes(), policy=policy.default)  # type: ignore[return-value]


@pytest.mark.django_db
class TestByMail:
    def test_it_says_what_happened_where_to_look_and_how_to_stop(self, alice: User, relay: RelayBehaviour) -> None:
        notice = tell(alice)
        assert (mail_notices(), deliver_mail()) == (1, 1)
        mail = mail_at(relay)
        assert mail["Subject"] == "Something happened"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop_token(alice.pk, Topic.SECURITY) in mail["List-Unsubscribe"]
        text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        for body in (text, html):
            assert "Something happened" in body
            assert "/settings/" in body
            assert stop_token(alice.pk, Topic.SECURITY) in body
        assert Delivery.objects.get(notice=notice).state == State.SENT
        assert mail_notices() == 0

    def test_titles_can_neither_break_headers_nor_html(self, alice: User, relay: RelayBehaviour) -> None:
        tell(alice, "One\r\nBcc: eve@lab.example <b>bold</b>")
        mail_notices(), deliver_mail()
        mail = mail_at(relay)
        assert mail["Bcc"] is None
        assert "<b>bold" not in mail.get_body(("html",)).get_content()

    def test_here_only_means_no_mail(self, alice: User, relay: RelayBehaviour) -> None:
        tell(alice, way=Way.WEB)
        assert (mail_notices(), deliver_mail()) == (0, 0)

    def test_a_change_of_mind_before_the_dot_stops_it(self, alice: User, relay: RelayBehaviour) -> None:
        notice = tell(alice)
        mail_notices()
        change_ways(user=alice, ways={Topic.SECURITY: Way.WEB})
        assert deliver_mail() == 0
        assert Delivery.objects.get(notice=notice).state == State.SKIPPED

    def test_a_suppressed_address_and_a_deactivated_person_get_none(self, alice: User, bob: User, relay: RelayBehaviour) -> None:
        for user in (alice, bob):
            tell(user)
        mail_notices()
        Suppression.objects.create(address=alice.email, reason="bounced")
        User.objects.filter(pk=bob.pk).update(is_active=False)
        assert deliver_mail() == 0

    def test_the_link_shows_on_get_and_stops_on_post_without_a_log_in(self, alice: User) -> None:
        tell(alice)
        address = reverse("digests:stop_notices", args=[stop_token(alice.pk, Topic.SECURITY)])
        assert Client().get(address).status_code == 200
        assert record_event(kind="security.changed", person=alice, tell=[alice], what="x").notices.get().way == Way.MAIL
        assert Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert record_event(kind="security.changed", person=alice, tell=[alice], what="x").notices.get().way == Way.WEB
        assert Client().post(reverse("digests:stop_notices", args=["1-security.forged"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_many_drainers_at_once_make_one_mail_each(alice: User, relay: RelayBehaviour) -> None:
    for number in range(20):
        tell(alice, f"Number {number}")
    at_once([mail_notices] * 8)
    assert Delivery.objects.filter(notice__isnull=False).count() == 20
    assert deliver_mail() == 20


@pytest.mark.django_db
class TestInTheDigest:
    def test_it_waits_for_the_digest_and_is_in_it_once(self, alice: User, relay: RelayBehaviour) -> None:
        make_paper()
        tell(alice, "Wait for me", way=Way.DIGEST)
        assert mail_notices() == 0
        make_due(alice)
        plan_digests(), compose_digests(), deliver_mail()
        digest = Digest.objects.get(subscription__user=alice)
        assert digest.news == [{"text": "Wait for me", "path": "/settings/"}]
        assert not Notice.objects.for_digest().exists()
        mail = mail_at(relay)
        for kind in ("plain", "html"):
            assert "Wait for me" in mail.get_body((kind,)).get_content()
        browser = Client()
        browser.force_login(alice)
        assert "Wait for me" in browser.get(digest.get_absolute_url()).content.decode()
        assert Program(alice).get(f"/digests/{digest.period_key}/")["news"] == digest.news

    def test_news_alone_are_worth_a_digest(self, alice: User, relay: RelayBehaviour) -> None:
        tell(alice, "Wait for me", way=Way.DIGEST)
        make_due(alice)
        plan_digests(), compose_digests()
        assert deliver_mail() == 1
        assert mail_at(relay)["Subject"] == "News for you: Wait for me"
