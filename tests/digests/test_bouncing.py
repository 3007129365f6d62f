"""What comes back: believed only about a mail of ours, and then the address gets no more, at once or after three in a row."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db.models import F
from pytest_django.fixtures import Settings

from accounts.actions.notices import ways_for
from accounts.events import Topic, Way
from accounts.models import Team, User
from config import env
from digests.actions import deliver_mail, mail_notices, read_bounces, take_report
from digests.actions.outbox import claim, hand_over, mark_sent
from digests.models import Delivery, Subscription, Suppression, TeamDigestWish
from tests.digests.imap import Box, running_mailbox
from tests.digests.makers import make_digest, make_mail, make_team_digest
from tests.digests.relay import RelayBehaviour
from tests.digests.reports import FULL, GONE, POLICY, address_of, bounce, complaint, returned_mail
from tests.digests.test_notifying import tell

pytestmark = pytest.mark.django_db
State, Kind = Delivery.State, Suppression.Kind


@pytest.fixture(autouse=True)
def bounce_address(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@lectern.example"


def sent_to(user: User, week: int = 48, **over: object) -> Delivery:
    fields = {"state": State.SENT, **over}
    return make_mail(user, digest=make_digest(user, period_key=f"2026-W{week}"), **fields)


def fresh(mail: Delivery) -> Delivery:
    return Delivery.objects.get(pk=mail.pk)


def test_each_mail_has_an_address_of_its_own_to_come_back_to(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    deliver_mail()
    assert relay.senders == [address_of(mail)]
    assert len(relay.senders[0].partition("@")[0]) <= 64
    assert relay.accepted[0]["Return-Path"] is None
    assert relay.accepted[0]["From"] == "Lectern <lectern@127.0.0.1>"


def test_without_such_an_address_mails_come_back_to_their_sender(alice: User, relay: RelayBehaviour, settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = ""
    make_mail(alice)
    deliver_mail()
    assert relay.senders == ["lectern@127.0.0.1"]


def test_a_mailbox_that_is_gone_gets_no_more(alice: User) -> None:
    mail = sent_to(alice)
    assert take_report(bounce(mail)) == mail
    assert (fresh(mail).state, fresh(mail).reason) == (State.BOUNCED, "550 5.1.1 <alice@lab.example>: no such user here")
    suppression = Suppression.objects.get()
    assert (suppression.address, suppression.kind, suppression.why) == (alice.email, Kind.BOUNCED, "the mailbox does not exist")


def test_the_same_report_twice_is_one(alice: User) -> None:
    mail = sent_to(alice)
    for _ in range(3):
        take_report(bounce(mail, FULL))
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("status", [FULL, POLICY, "4.4.7"])
def test_what_may_pass_ends_mail_only_after_three_in_a_row(status: str, alice: User) -> None:
    for week in (46, 47):
        take_report(bounce(sent_to(alice, week), status))
    assert not Suppression.objects.exists()
    take_report(bounce(sent_to(alice, 48), status))
    assert Suppression.objects.get().address == alice.email


def test_one_mail_that_arrived_starts_the_count_anew(alice: User) -> None:
    for week in (44, 45):
        take_report(bounce(sent_to(alice, week), FULL))
    sent_to(alice, 46)
    for week in (47, 48):
        take_report(bounce(sent_to(alice, week), FULL))
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "to", ["bounces+{pk}-aaaaaaaaaaaaaaaaaaaa@lectern.example", "bounces+{pk}@lectern.example", "lectern@lectern.example"]
)
def test_a_forged_bounce_is_not_believed(to: str, alice: User) -> None:
    mail = sent_to(alice)
    assert take_report(bounce(mail, to=to.format(pk=mail.pk))) is None
    assert fresh(mail).state == State.SENT
    assert not Suppression.objects.exists()


def test_a_token_counts_at_our_address_only(alice: User) -> None:
    mail = sent_to(alice)
    assert take_report(bounce(mail, to=address_of(mail, "evil.example"))) is None


def test_a_relay_that_writes_all_in_capitals_is_understood(alice: User) -> None:
    mail = sent_to(alice)
    assert take_report(bounce(mail, to=address_of(mail).upper())) == mail


def test_the_message_id_of_what_came_back_will_do(alice: User) -> None:
    mail = sent_to(alice)
    assert take_report(bounce(mail, to="lectern@lectern.example", returned=returned_mail(mail))) == mail
    assert Suppression.objects.exists()


def test_a_bounce_of_a_forwarding_s_end_counts_for_the_address_that_we_wrote_to(alice: User) -> None:
    take_report(bounce(sent_to(alice), recipient="ada@elsewhere.example"))
    assert Suppression.objects.get().address == alice.email


def test_a_mail_of_long_ago_and_one_that_never_left_cannot_come_back(alice: User) -> None:
    old, waiting = sent_to(alice, 40), sent_to(alice, 48, state=State.PENDING)
    Delivery.objects.filter(pk=old.pk).update(created_at=F("created_at") - timedelta(days=31))
    assert [take_report(bounce(old)), take_report(bounce(waiting))] == [None, None]
    assert not Suppression.objects.exists()


def test_a_bounce_that_is_quicker_than_our_note_of_sending_stays(alice: User, bob: User) -> None:
    mail, next_mail = make_mail(alice), make_mail(bob)
    for one in claim(Delivery.objects.to_send(), state=State.SENDING, most=2):
        hand_over(one, accepted=[])
    take_report(bounce(mail))
    mark_sent([mail.pk, next_mail.pk])
    assert (fresh(mail).state, fresh(next_mail).state) == (State.BOUNCED, State.SENT)


class TestComplaints:
    def test_a_digest_is_switched_off_and_the_address_gets_nothing(self, alice: User, relay: RelayBehaviour) -> None:
        mail = sent_to(alice)
        assert take_report(complaint(mail)) == mail
        assert not Subscription.objects.get(user=alice).is_active
        assert Suppression.objects.get().kind == Kind.COMPLAINED
        assert fresh(mail).state == State.SENT
        tell(alice)
        mail_notices()
        assert deliver_mail() == 0

    def test_of_notices_only_the_topic_is_switched_off(self, alice: User) -> None:
        tell(alice)
        mail_notices()
        Delivery.objects.update(state=State.SENT)
        take_report(complaint(Delivery.objects.get()))
        assert ways_for(alice)[Topic.SECURITY] is Way.WEB

    def test_a_team_s_digest_is_declined(self, bob: User, graph_lab: Team) -> None:
        mail = make_mail(bob, digest=None, team_digest=make_team_digest(graph_lab), reader=bob, state=State.SENT)
        take_report(complaint(mail))
        assert TeamDigestWish.objects.get(user=bob, team=graph_lab).wants is False

    def test_the_message_id_will_do_and_nothing_less(self, alice: User) -> None:
        mail = sent_to(alice)
        assert take_report(complaint(mail, envelope="")) is None
        assert take_report(complaint(mail, envelope="", returned=returned_mail(mail))) == mail

    def test_a_mail_that_somebody_took_out_of_the_spam_is_none(self, alice: User) -> None:
        assert take_report(complaint(sent_to(alice), "not-spam")) is None


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Box]:
    with running_mailbox() as (box, address):
        settings.BOUNCE_MAILBOX, settings.EMAIL_TIMEOUT = address, 2
        yield box


class TestTheMailbox:
    def test_each_unread_mail_is_read_once(self, alice: User, bob: User, mailbox: Box) -> None:
        mailbox.put(bounce(sent_to(alice)), b"From: a friend\r\n\r\nHello", bounce(sent_to(bob), GONE))
        assert read_bounces() == 2
        assert mailbox.seen == {1, 2, 3}
        assert read_bounces() == 0
        assert mailbox.asked["FETCH"] == 3
        assert {one.address for one in Suppression.objects.all()} == {alice.email, bob.email}

    def test_a_very_long_mail_is_read_as_far_as_it_counts(self, alice: User, mailbox: Box) -> None:
        mailbox.put(bounce(sent_to(alice)) + b"x" * 1_000_000)
        assert read_bounces() == 1

    def test_what_was_not_read_when_the_server_hung_up_is_read_next_time(self, alice: User, bob: User, mailbox: Box) -> None:
        mailbox.put(bounce(sent_to(alice)), bounce(sent_to(bob)))
        mailbox.hangs_up_after = 1
        assert read_bounces() == 1
        mailbox.hangs_up_after = -1
        assert read_bounces() == 1
        assert Suppression.objects.count() == 2

    def test_a_wrong_password_and_a_server_that_is_away_are_told_in_the_log(
        self, mailbox: Box, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        mailbox.password = "changed"
        assert read_bounces() == 0
        assert "wrong password" in caplog.text
        settings.BOUNCE_MAILBOX = env.Inbox("127.0.0.1", 1, "me", "p", "INBOX", tls=False)
        assert read_bounces() == 0
        assert "p:w" not in caplog.text


def test_files_are_read_by_the_command(alice: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mail = sent_to(alice)
    (tmp_path / "one.eml").write_bytes(bounce(mail))
    (tmp_path / "two.eml").write_bytes(b"Hello")
    call_command("read_bounces", str(tmp_path / "one.eml"), str(tmp_path / "two.eml"))
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(f"{mail.message_id} to {alice.email}")
    assert second.endswith("about no mail of ours")


def test_the_mailbox_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUNCE_URL", "imaps://me%40lab:p%3Aw@mail.example.org/Bounces%20here")
    assert env.inbox("BOUNCE_URL") == env.Inbox("mail.example.org", 993, "me@lab", "p:w", "Bounces here", tls=True)
    monkeypatch.setenv("BOUNCE_URL", "imaps://mail.example.org")
    with pytest.raises(ImproperlyConfigured, match="BOUNCE_URL"):
        env.inbox("BOUNCE_URL")


@pytest.mark.parametrize("value", ["Lectern <bounces@example.org>", "a+b@example.org", "a" * 24 + "@example.org", "bounces"])
def test_an_address_that_leaves_no_room_for_a_token_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUNCE_ADDRESS", value)
    with pytest.raises(ImproperlyConfigured, match="BOUNCE_ADDRESS"):
        env.bounce_address("BOUNCE_ADDRESS")
