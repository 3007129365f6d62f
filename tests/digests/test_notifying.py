"""Notices that leave the house: by mail at once, or in the next digest, once each."""

import email
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.events import record_event
from accounts.actions.notices import change_ways, ways_for
from accounts.events import Topic, Way
from accounts.models import Notice, User
from digests.actions import compose_digests, deliver_mail, mail_notices, plan_digests, settle_doubts, stop_notices
from digests.actions.outbox import claim
from digests.actions.requeueing import queue_again
from digests.models import Delivery, Digest, Suppression
from digests.signing import stop_token
from tests.api import Program
from tests.digests.makers import make_due, make_mail
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

    def test_it_is_sorted_by_programs_and_never_answered_by_robots(self, alice: User, relay: RelayBehaviour) -> None:
        notice = tell(alice)
        mail_notices(), deliver_mail()
        mail = mail_at(relay)
        assert mail["Message-ID"] == Delivery.objects.get(notice=notice).message_id
        assert mail["List-Id"] == "Lectern <notices.127.0.0.1>"
        assert mail["Auto-Submitted"] == "auto-generated"

    def test_the_outbox_says_why_a_notice_stayed(self, alice: User, relay: RelayBehaviour) -> None:
        notice = tell(alice)
        mail_notices()
        change_ways(user=alice, ways={Topic.SECURITY: Way.OFF})
        deliver_mail()
        assert Delivery.objects.get(notice=notice).reason == "the reader wants no mail about this"

    @pytest.mark.parametrize("over", [{"is_active": False}, {"deletion_due_at": timezone.now()}])
    def test_whoever_cannot_read_it_gets_no_mail_made(self, over: dict[str, object], alice: User) -> None:
        tell(alice)
        User.objects.update(**over)
        assert mail_notices() == 0

    def test_an_address_that_is_not_confirmed_gets_none_until_it_is(self, alice: User) -> None:
        EmailAddress.objects.update(verified=False)
        tell(alice)
        assert mail_notices() == 0
        EmailAddress.objects.update(verified=True)
        assert mail_notices() == 1

    def test_of_failed_notices_each_is_queued_again(self, alice: User, relay: RelayBehaviour) -> None:
        tell(alice), tell(alice)
        make_mail(alice)  # a digest under way must not stand in their way
        mail_notices()
        failed = Delivery.objects.filter(notice__isnull=False)
        failed.update(state=State.FAILED)
        assert queue_again(deliveries=failed.all()) == 2
        assert deliver_mail() == 3

    def test_the_admin_site_shows_them_in_the_outbox(self, alice: User, admin: User) -> None:
        notice = tell(alice)
        mail_notices()
        browser = Client()
        browser.force_login(admin)
        mail = Delivery.objects.get(notice=notice)
        for address in (reverse("admin:digests_delivery_changelist"), reverse("admin:digests_delivery_change", args=[mail.pk])):
            assert f"security for {alice.pk}" in browser.get(address).content.decode()

    def test_an_old_link_never_makes_a_quieter_choice_louder(self, alice: User) -> None:
        change_ways(user=alice, ways={Topic.SECURITY: Way.OFF})
        Client().post(reverse("digests:stop_notices", args=[stop_token(alice.pk, Topic.SECURITY)]))
        assert ways_for(alice)[Topic.SECURITY] == Way.OFF

    def test_the_link_takes_what_waits_off_the_queue_and_leaves_other_topics(self, alice: User) -> None:
        tell(alice)
        record_event(kind="request.made", person=alice, tell=[alice])  # by mail, unless one chose otherwise
        mail_notices()
        stop_notices(token=stop_token(alice.pk, Topic.SECURITY))
        assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == [State.SKIPPED, State.PENDING]

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


@pytest.mark.django_db(transaction=True)
def test_whole_rounds_at_once_send_each_mail_once(alice: User, relay: RelayBehaviour) -> None:
    for number in range(20):
        tell(alice, f"Number {number}")
    at_once([lambda: (mail_notices(), deliver_mail())] * 4)
    mail_notices(), deliver_mail()
    assert sorted(mail["Subject"] for mail in relay.accepted) == sorted(f"Number {number}" for number in range(20))


@pytest.mark.django_db(transaction=True)
def test_switching_mails_off_while_one_is_on_its_way_stops_it_before_the_dot(alice: User, relay: RelayBehaviour) -> None:
    notice = tell(alice)
    mail_notices()
    relay.before_dot = lambda: at_once([lambda: change_ways(user=alice, ways={Topic.SECURITY: Way.WEB})])
    assert deliver_mail() == 0
    assert relay.seen["dots"] == 0
    assert Delivery.objects.get(notice=notice).state == State.SKIPPED


@pytest.mark.django_db(transaction=True)
def test_of_two_choices_at_once_one_is_the_later(alice: User) -> None:
    ways = [Way.MAIL, Way.DIGEST, Way.OFF] * 4
    answers = at_once([partial(change_ways, user=alice, ways={Topic.SECURITY: way}) for way in ways])
    assert answers == [None] * len(ways)
    assert ways_for(alice)[Topic.SECURITY] in ways


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_sender_left_is_sent_once(alice: User, relay: RelayBehaviour) -> None:
    tell(alice)
    mail_notices()
    assert claim(Delivery.objects.to_send(), state=State.SENDING), "and here its sender dies"
    assert deliver_mail() == 0
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    settle_doubts(), mail_notices()
    assert deliver_mail() == 1
    assert len(relay.accepted) == 1


@pytest.mark.django_db
class TestInTheDigest:
    def test_a_digest_that_fails_takes_nothing_along(self, alice: User) -> None:
        make_paper(), make_due(alice)
        tell(alice, "Wait for me", way=Way.DIGEST)
        User.objects.update(email="x" * 250)
        plan_digests()
        with connection.cursor() as cursor:  # so that its mail cannot be written
            cursor.execute("ALTER TABLE digests_delivery ALTER COLUMN address TYPE varchar(200)")
        compose_digests()
        digest = Digest.objects.get(subscription__user=alice)
        assert (digest.state, digest.news) == (Digest.State.FAILED, [])
        assert Notice.objects.for_digest().count() == 1

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
