"""The sender against a real relay: what was accepted is sent, what was not waits or fails, and nothing holds up the rest."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from django.db import connection, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from accounts.models import User
from digests.actions import change_subscription, deliver_mail, settle_doubts, subscription_of, unsubscribe
from digests.actions.outbox import claim, hand_over, mark_sent
from digests.channels.file import FileChannel
from digests.mails import mail_of
from digests.models import Delivery, RelayRest, Suppression
from digests.signing import unsubscribe_token
from tests.digests.makers import make_digest, make_mail
from tests.digests.relay import RelayBehaviour, free_port, relay_at, running_relay
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
State = Delivery.State


def fresh(mail: Delivery) -> Delivery:
    return Delivery.objects.get(pk=mail.pk)


def end_leases() -> None:
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=Now() - timedelta(seconds=1))


def in_a_thread(work: Callable[..., Any]) -> Callable[..., Any]:
    """Django opens a connection per thread; close it, or the test database cannot be dropped."""

    def working(*args: Any) -> Any:
        try:
            return work(*args)
        finally:
            connection.close()

    return working


def test_an_accepted_mail_is_sent(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    assert deliver_mail() == 1
    assert relay.recipients == [alice.email]
    assert relay.message_ids == [mail.message_id]
    assert fresh(mail).state == State.SENT
    assert fresh(mail).sent_at is not None
    assert deliver_mail() == 0
    assert len(relay.accepted) == 1


def test_one_connection_serves_a_whole_drain(relay: RelayBehaviour) -> None:
    for _ in range(5):
        make_mail()
    assert deliver_mail() == 5
    assert relay.seen["connections"] == 1


def test_a_line_that_starts_with_a_dot_arrives_as_it_is(alice: User, relay: RelayBehaviour) -> None:
    make_mail(alice, digest=make_digest(alice, make_paper(abstract=".hidden and\n.dotted")))
    deliver_mail()
    text = relay.accepted[0].get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "\n   .hidden and .dotted" in text


def test_a_dead_address_fails_is_suppressed_and_delays_nobody(alice: User, bob: User, relay: RelayBehaviour) -> None:
    dead, alive = make_mail(alice), make_mail(bob)
    relay.to_recipient[alice.email] = "550 5.1.1 no such mailbox"
    assert deliver_mail() == 1
    assert (fresh(dead).state, fresh(dead).reason) == (State.FAILED, "550 5.1.1 no such mailbox")
    assert fresh(alive).state == State.SENT
    assert Suppression.objects.get().address == alice.email
    assert relay.seen["connections"] == 1


@pytest.mark.parametrize(
    ("where", "answer"),
    [
        ("to_recipient", "554 5.7.1 <a@b.example>: Relay access denied"),
        ("to_recipient", "550 relay not permitted"),
        ("to_recipient", "553 sorry, that domain isn't in my list of allowed rcpthosts"),
        ("to_recipient", "530 5.7.0 authentication required"),
        ("to_recipient", "550 5.1.8 bad sender"),
        ("to_content", "550 5.4.5 daily quota exceeded"),
    ],
)
def test_what_a_relay_holds_against_us_makes_all_mail_wait_and_blames_nobody(
    where: str, answer: str, alice: User, relay: RelayBehaviour
) -> None:
    mails = [make_mail(alice), make_mail()]
    getattr(relay, where)[alice.email] = answer
    assert deliver_mail() == 0
    assert {fresh(mail).state for mail in mails} == {State.PENDING}
    assert RelayRest.objects.get().reason == answer
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("answer", ["552 5.2.2 mailbox full", "554 5.7.1 we do not like this one"])
def test_a_refusal_that_may_pass_ends_this_mail_only(answer: str, alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.to_recipient[alice.email] = answer
    deliver_mail()
    assert fresh(mail).state == State.FAILED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("where", ["to_recipient", "to_content"])
def test_a_mail_put_off_waits_and_delays_nobody(where: str, alice: User, bob: User, relay: RelayBehaviour) -> None:
    put_off, other = make_mail(alice), make_mail(bob)
    getattr(relay, where)[alice.email] = "451 4.7.1 come back later"
    assert deliver_mail() == 1
    assert (fresh(put_off).state, fresh(put_off).reason) == (State.PENDING, "451 4.7.1 come back later")
    assert fresh(other).state == State.SENT
    getattr(relay, where).clear()
    assert deliver_mail() == 0, "it is not tried before its time"
    Delivery.objects.update(not_before=Now())
    assert deliver_mail() == 1
    assert sorted(relay.recipients) == sorted([alice.email, bob.email])


def test_content_refused_at_the_dot_fails_without_blaming_the_address(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.to_content[alice.email] = "554 5.6.0 looks like spam"
    deliver_mail()
    assert fresh(mail).state == State.FAILED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("answer", "state"), [("252 taken", State.SENT), ("gibberish", State.HANDING_OVER), ("354 go on", State.HANDING_OVER)]
)
def test_an_answer_to_the_dot_counts_by_its_first_digit(answer: str, state: str, alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.to_content[alice.email] = answer
    deliver_mail()
    assert fresh(mail).state == state


@pytest.mark.parametrize("trouble", ["hang", "cut"])
def test_a_hang_before_the_dot_puts_one_mail_off_and_delays_nobody(trouble: str, alice: User, bob: User, relay: RelayBehaviour) -> None:
    stuck, other = make_mail(alice), make_mail(bob)
    relay.to_recipient[alice.email] = trouble
    assert deliver_mail() == 1
    assert fresh(stuck).state == State.PENDING
    assert fresh(other).state == State.SENT


def test_a_relay_that_hangs_again_and_again_is_left_alone(relay: RelayBehaviour) -> None:
    for _ in range(5):
        relay.to_recipient[make_mail().address] = "cut"
    assert deliver_mail() == 0
    assert Delivery.objects.filter(state=State.PENDING, attempts=1).count() == 3
    assert Delivery.objects.filter(state=State.PENDING, attempts=0).count() == 2


@pytest.mark.parametrize("trouble", ["hang", "cut"])
def test_silence_after_the_dot_is_doubt_and_never_a_second_try(trouble: str, alice: User, bob: User, relay: RelayBehaviour) -> None:
    doubtful, other = make_mail(alice), make_mail(bob)
    relay.to_content[alice.email] = trouble
    assert deliver_mail() == 1
    assert fresh(doubtful).state == State.HANDING_OVER
    assert fresh(other).state == State.SENT
    assert settle_doubts() == 0, "not before its lease is over"
    assert deliver_mail() == 0


@pytest.mark.parametrize("busy", ["421 4.3.2 shutting down", "451 4.3.2 busy"])
def test_a_busy_relay_ends_the_drain(busy: str, relay: RelayBehaviour) -> None:
    mails = [make_mail() for _ in range(4)]
    relay.to_sender = busy
    assert deliver_mail() == 0
    assert [fresh(mail).attempts for mail in mails] == [1, 0, 0, 0]
    assert {fresh(mail).state for mail in mails} == {State.PENDING}


def test_no_relay_at_all_loses_nothing(settings: Settings) -> None:
    settings.RELAY = relay_at(free_port())
    mails = [make_mail() for _ in range(3)]
    assert deliver_mail() == 0
    assert {fresh(mail).state for mail in mails} == {State.PENDING}
    assert sum(fresh(mail).attempts for mail in mails) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "state"), [("secret", State.SENT), ("wrong", State.PENDING)])
def test_a_relay_may_ask_for_a_password_and_a_wrong_one_loses_nothing(password: str, state: str, alice: User, settings: Settings) -> None:
    def authenticate(_server: object, _session: object, _envelope: object, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given.password == b"secret", handled=False)

    mail = make_mail(alice)
    with running_relay(authenticator=authenticate, auth_required=True, auth_require_tls=False) as (_behaviour, address):
        settings.RELAY = replace(address, user="lectern", password=password)
        deliver_mail()
    assert fresh(mail).state == state
    assert not Suppression.objects.exists()


def test_the_wait_grows_from_one_minute_to_six_hours(alice: User, relay: RelayBehaviour) -> None:
    mail, waits = make_mail(alice), []
    relay.to_recipient[alice.email] = "451 later"
    for attempts in (0, 3, 12):
        Delivery.objects.update(attempts=attempts, not_before=Now())
        deliver_mail()
        row = Delivery.objects.annotate(now=Now()).get(pk=mail.pk)
        waits.append((row.not_before - row.now).total_seconds())
    assert 44 <= waits[0] <= 75
    assert 359 <= waits[1] <= 600
    assert 4.5 * 3600 - 1 <= waits[2] <= 7.5 * 3600


def test_after_three_days_of_trying_a_mail_has_failed(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.to_recipient[alice.email] = "451 later"
    Delivery.objects.update(created_at=Now() - timedelta(days=3, minutes=1), attempts=10)
    deliver_mail()
    assert (fresh(mail).state, fresh(mail).reason) == (State.FAILED, "451 later")


def test_a_suppressed_address_is_not_written_to_in_any_spelling(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    Suppression.objects.create(address=alice.email.upper(), reason="550 gone")
    assert deliver_mail() == 0
    assert fresh(mail).state == State.SKIPPED
    assert "550 gone" in fresh(mail).reason
    assert relay.seen["connections"] == 0


@pytest.mark.parametrize("departure", ["opts out", "is deactivated"])
def test_a_reader_who_left_gets_no_mail(departure: str, alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    if departure == "opts out":
        assert unsubscribe(token=unsubscribe_token(mail.digest.subscription_id))
    else:
        User.objects.update(is_active=False)
    assert deliver_mail() == 0
    assert fresh(mail).state == State.SKIPPED
    assert relay.accepted == []


def test_a_mail_that_was_asked_for_goes_out_though_the_weekly_one_is_off(alice: User, relay: RelayBehaviour) -> None:
    change_subscription(subscription=subscription_of(user=alice), is_active=False)
    make_mail(alice, on_request=True)
    assert deliver_mail() == 1


def test_a_mail_that_cannot_be_made_is_put_off_and_delays_nobody(bob: User, relay: RelayBehaviour) -> None:
    broken, other = make_mail(address="ü@lab.example"), make_mail(bob)
    assert deliver_mail() == 1
    assert fresh(broken).state == State.PENDING
    assert "UnicodeEncodeError" in fresh(broken).reason
    assert fresh(other).state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_opting_out_while_the_mail_is_on_its_way_stops_it_before_the_dot(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.before_dot = in_a_thread(lambda: unsubscribe(token=unsubscribe_token(mail.digest.subscription_id)))
    assert deliver_mail() == 0
    assert relay.seen["dots"] == 0
    assert fresh(mail).state == State.SKIPPED


@pytest.mark.django_db(transaction=True)
def test_the_hand_over_waits_for_an_opt_out_that_is_not_yet_committed(alice: User) -> None:
    make_mail(alice)
    (mail,) = claim(Delivery.objects.to_send(), state=State.SENDING)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            unsubscribe(token=unsubscribe_token(mail.digest.subscription_id))
            waiting = pool.submit(in_a_thread(partial(hand_over, mail, accepted=[])))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=5) is None


@pytest.mark.django_db(transaction=True)
def test_a_sender_whose_lease_went_to_another_does_not_finish(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    relay.before_dot = in_a_thread(lambda: Delivery.objects.update(lease=uuid.uuid4()))
    assert deliver_mail() == 0
    assert relay.seen["dots"] == 0
    assert fresh(mail).state == State.SENDING, "it is the other's now"


@pytest.mark.django_db(transaction=True)
def test_six_senders_at_once_send_each_mail_once(relay: RelayBehaviour) -> None:
    mails = [make_mail() for _ in range(40)]
    with ThreadPoolExecutor(6) as pool:
        accepted = list(pool.map(in_a_thread(lambda _number: deliver_mail()), range(6)))
    assert sum(accepted) == 40
    assert sorted(relay.message_ids) == sorted(mail.message_id for mail in mails)
    assert not Delivery.objects.exclude(state=State.SENT).exists()


def leave_in_doubt(alice: User, relay: RelayBehaviour) -> Delivery:
    mail = make_mail(alice)
    relay.to_content[alice.email] = "cut"
    deliver_mail()
    relay.to_content.clear()
    end_leases()
    return mail


@pytest.mark.parametrize(
    ("journal", "policy", "state", "accepted_later"),
    [
        ("holds it", "hold", State.SENT, 0),
        ("lacks it", "hold", State.SENT, 1),
        ("is missing", "hold", State.HELD, 0),
        ("is missing", "resend", State.SENT, 1),
    ],
)
def test_doubt_is_settled_by_the_relay_s_journal_and_else_by_policy(
    journal: str,
    policy: str,
    state: str,
    accepted_later: int,
    alice: User,
    relay: RelayBehaviour,
    settings: Settings,
    tmp_path: Path,
) -> None:
    mail = leave_in_doubt(alice, relay)
    file = tmp_path / "mail.log"
    settings.DELIVERY_JOURNAL, settings.IN_DOUBT_POLICY = str(file), policy
    if journal != "is missing":
        file.write_text(f"a line\nid={mail.message_id if journal == 'holds it' else '<other@x>'} accepted\n")
    assert settle_doubts() == 1
    assert deliver_mail() == accepted_later
    assert fresh(mail).state == state
    assert relay.message_ids == [mail.message_id] * accepted_later


def test_a_claim_whose_sender_died_before_the_dot_is_free_again(alice: User, relay: RelayBehaviour) -> None:
    make_mail(alice)
    assert claim(Delivery.objects.to_send(), state=State.SENDING)
    assert (settle_doubts(), deliver_mail()) == (0, 0), "while the lease lasts it is the sender's"
    end_leases()
    assert (settle_doubts(), deliver_mail()) == (1, 1)


def test_a_mail_that_kills_its_senders_is_given_up_after_three_days(alice: User) -> None:
    mail = make_mail(alice)
    claim(Delivery.objects.to_send(), state=State.SENDING)
    end_leases()
    Delivery.objects.update(created_at=Now() - timedelta(days=4), attempts=10)
    settle_doubts()
    assert fresh(mail).state == State.FAILED


def test_an_acceptance_counts_even_after_the_lease_ran_out(alice: User, relay: RelayBehaviour) -> None:
    make_mail(alice)
    (stalled,) = claim(Delivery.objects.to_send(), state=State.HANDING_OVER)
    Delivery.objects.update(state=State.PENDING, lease=None)
    mark_sent([stalled.pk])
    assert deliver_mail() == 0


def test_without_a_relay_each_mail_becomes_one_file(alice: User, mail_folder: Path) -> None:
    mail = make_mail(alice)
    assert deliver_mail() == 1
    (file,) = mail_folder.iterdir()
    assert file.name == mail.message_id.strip("<>") + ".eml"
    assert f"Message-ID: {mail.message_id}\r\n".encode() in file.read_bytes()


def test_a_file_written_by_a_sender_that_died_settles_the_doubt(alice: User, mail_folder: Path) -> None:
    mail = make_mail(alice)
    (claimed,) = claim(Delivery.objects.to_send(), state=State.SENDING)
    FileChannel(mail_folder).send(mail_of(claimed), partial(hand_over, claimed, accepted=[]))
    end_leases()
    assert (settle_doubts(), deliver_mail()) == (1, 0)
    assert fresh(mail).state == State.SENT


def test_a_stopped_mail_leaves_no_file(alice: User, mail_folder: Path) -> None:
    FileChannel(mail_folder).send(mail_of(make_mail(alice)), lambda: None)
    assert list(mail_folder.iterdir()) == []


def test_a_mail_folder_that_cannot_be_written_puts_mail_off(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings.MAIL_DIR = tmp_path / "file" / "mail"
    mail = make_mail(make_user())
    assert deliver_mail() == 0
    assert fresh(mail).state == State.PENDING
