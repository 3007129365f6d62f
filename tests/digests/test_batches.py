"""Many mails at once: what is shared among them, and what a relay, a domain or a sleeping sender does to the others."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import User
from digests import mails
from digests.actions import deliver_mail, outbox, settle_doubts
from digests.mails import Write
from digests.models import Delivery, RelayRest
from tests.digests.makers import make_digest, make_mail
from tests.digests.relay import RelayBehaviour, running_relay
from tests.digests.test_delivering import end_leases, fresh
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
State = Delivery.State


def wake() -> None:
    """Let the time pass that the relay and every mail would wait."""
    RelayRest.objects.update(until=Now() - timedelta(seconds=1))
    Delivery.objects.update(not_before=Now())


def queries_of(batch: list[Delivery]) -> int:
    with CaptureQueriesContext(connection) as queries:
        write = mails.writer(batch)
        for mail in batch:
            write(mail)
    return len(queries)


def test_a_batch_is_loaded_in_a_number_of_queries_that_does_not_grow() -> None:
    papers = [make_paper() for _ in range(3)]
    batch = [make_mail(user, digest=make_digest(user, *papers)) for user in (make_user(password=None) for _ in range(6))]
    assert queries_of(batch) == queries_of(batch[:2])


def test_a_batch_that_cannot_be_loaded_together_goes_mail_by_mail(alice: User, bob: User, relay: RelayBehaviour) -> None:
    bad, good = make_mail(alice), make_mail(bob)

    def writer(deliveries: list[Delivery]) -> Write:
        if bad in deliveries:
            raise ValueError("this one cannot be loaded")
        return mails.writer(deliveries)

    assert deliver_mail(writer=writer) == 1
    assert (fresh(bad).state, fresh(good).state) == (State.PENDING, State.SENT)


def test_a_mail_that_was_tried_before_is_claimed_alone(relay: RelayBehaviour) -> None:
    """It may be what killed its sender, and must not take others along again."""
    tried = [make_mail(attempts=1) for _ in range(2)]
    new = [make_mail() for _ in range(3)]
    sizes = []

    def writer(deliveries: list[Delivery]) -> Write:
        sizes.append(len(deliveries))
        return mails.writer(deliveries)

    assert deliver_mail(writer=writer) == len(tried + new)
    assert sizes == [3, 1, 1]


def test_what_the_relay_took_is_noted_though_the_next_mail_breaks_off(relay: RelayBehaviour) -> None:
    first, second = make_mail(), make_mail()
    relay.to_content[second.address] = "cut"
    deliver_mail()
    assert (fresh(first).state, fresh(second).state) == (State.SENT, State.HANDING_OVER)


@pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", "451 4.3.2 busy"])
def test_a_busy_relay_is_left_alone_by_all_and_looked_at_again_later(answer: str, relay: RelayBehaviour) -> None:
    sent = [make_mail() for _ in range(3)]
    relay.to_sender = answer
    assert (deliver_mail(), deliver_mail()) == (0, 0)
    assert relay.seen["mails"] == 1, "the second drain did not even ask"
    assert RelayRest.objects.get().reason == answer
    waits = []
    for _ in range(3):
        wake()
        deliver_mail()
        rest = RelayRest.objects.annotate(now=Now()).get()
        waits.append(round((rest.until - rest.now).total_seconds()))
    assert waits == [40, 80, 160]
    relay.to_sender = ""
    wake()
    assert deliver_mail() == len(sent)
    assert not RelayRest.objects.exists(), "it is well again"


def test_a_421_to_one_mail_does_not_keep_that_mail_at_the_head_of_the_queue(alice: User, relay: RelayBehaviour) -> None:
    bad = make_mail(alice)
    make_mail()
    relay.to_recipient[alice.email] = "421 4.7.0 not from you"
    assert deliver_mail() == 0
    RelayRest.objects.all().delete()
    assert deliver_mail() == 1
    assert fresh(bad).state == State.PENDING


def test_a_domain_gets_no_more_than_it_takes_in_a_minute_and_delays_nobody(settings: Settings, relay: RelayBehaviour) -> None:
    settings.DOMAIN_RATES = {"narrow.example": 2}
    narrow = [make_mail(address=f"reader{number}@Narrow.example") for number in range(5)]
    wide = [make_mail() for _ in range(3)]
    assert deliver_mail() == 2 + len(wide)
    waiting = [mail for mail in map(fresh, narrow) if mail.state == State.PENDING]
    assert len(waiting) == 3
    assert {mail.attempts for mail in waiting} == {0}, "none of them was tried"
    assert any("bit by bit" in mail.reason for mail in waiting)
    Delivery.objects.update(not_before=Now())
    assert deliver_mail() == 0, "the minute is not over"


def test_a_sender_that_slept_past_its_lease_sends_nothing_and_loses_nothing(alice: User, relay: RelayBehaviour, settings: Settings) -> None:
    """As a laptop's lid, a paused virtual machine or SIGSTOP do it; and no other sender came by meanwhile."""
    mail = make_mail(alice)
    settings.DELIVERY_LEASE = 1

    def writer(deliveries: list[Delivery]) -> Write:
        time.sleep(1.1)
        return mails.writer(deliveries)

    assert deliver_mail(writer=writer) == 0
    assert (relay.seen["dots"], fresh(mail).state) == (0, State.SENDING)
    settings.DELIVERY_LEASE = 300
    end_leases()
    assert (settle_doubts(), deliver_mail()) == (1, 1)


def test_the_dot_is_not_sent_by_a_sender_that_slept_after_it_was_allowed(
    alice: User, relay: RelayBehaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By then somebody else may have asked the relay, heard no, and sent the mail."""
    mail = make_mail(alice)
    real = outbox.hand_over
    monkeypatch.setattr(outbox, "hand_over", lambda one, **more: (real(one, **more) or 0) - 1_000)
    assert deliver_mail(seconds=0.5) == 0
    assert relay.seen["dots"] == 0
    assert fresh(mail).state in {State.PENDING, State.HANDING_OVER}


def test_a_mail_that_nobody_could_try_for_days_is_not_given_up_at_its_first_delay(alice: User, relay: RelayBehaviour) -> None:
    mail = make_mail(alice)
    Delivery.objects.update(created_at=Now() - timedelta(days=9))
    relay.to_recipient[alice.email] = "451 4.7.1 greylisted"
    deliver_mail()
    assert fresh(mail).state == State.PENDING


def test_what_was_accepted_is_noted_when_the_batch_is_over(relay: RelayBehaviour) -> None:
    mails_sent, states = [make_mail(), make_mail()], []
    delivered = outbox.claim

    def claim(*args: Any, **more: Any) -> list[Delivery]:
        states.append({fresh(mail).state for mail in mails_sent})
        return delivered(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "claim", claim)
        deliver_mail()
    assert states[-1] == {State.SENT}


@pytest.fixture
def pipelining(settings: Settings) -> Iterator[RelayBehaviour]:
    """A relay that takes several commands in one go, as Postfix and Exim do."""
    with running_relay() as (behaviour, address):
        behaviour.extensions.append("PIPELINING")
        settings.RELAY, settings.EMAIL_TIMEOUT = address, 1
        yield behaviour


def test_a_relay_that_pipelines_gets_all_mails_over_one_connection(pipelining: RelayBehaviour) -> None:
    sent = [make_mail() for _ in range(4)]
    assert deliver_mail() == 4
    assert pipelining.seen["connections"] == 1
    assert sorted(pipelining.message_ids) == sorted(mail.message_id for mail in sent)


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox", "451 4.7.1 later"])
def test_a_refused_address_does_not_upset_a_pipeline(answer: str, alice: User, bob: User, pipelining: RelayBehaviour) -> None:
    bad, good = make_mail(alice), make_mail(bob)
    pipelining.to_recipient[alice.email] = answer
    assert deliver_mail() == 1
    assert fresh(bad).state == (State.FAILED if answer.startswith("5") else State.PENDING)
    assert fresh(good).state == State.SENT
    assert pipelining.recipients == [bob.email]


def test_a_relay_that_waits_for_a_mail_it_refused_gets_none(alice: User, bob: User, pipelining: RelayBehaviour) -> None:
    make_mail(alice), make_mail(bob)
    pipelining.to_recipient[alice.email] = "550 no"
    pipelining.takes_refused = True
    assert deliver_mail() == 1
    assert pipelining.recipients == [bob.email]


@pytest.mark.django_db(transaction=True)
def test_one_process_opens_as_many_connections_as_it_may_and_mails_are_for(settings: Settings, relay: RelayBehaviour) -> None:
    settings.DELIVERY_CONNECTIONS = 3
    for _ in range(60):
        make_mail()
    assert deliver_mail() == 60
    assert relay.seen["connections"] == 3
    assert len(set(relay.message_ids)) == 60
    make_mail()
    assert deliver_mail() == 1
    assert relay.seen["connections"] == 4, "one mail takes one"


def test_a_drain_that_may_not_last_longer_leaves_the_rest_as_it_was(relay: RelayBehaviour) -> None:
    waiting = [make_mail() for _ in range(3)]
    relay.before_dot = lambda: time.sleep(0.2)
    assert deliver_mail(seconds=0.1) == 1
    assert [(fresh(mail).state, fresh(mail).attempts) for mail in waiting[1:]] == [(State.PENDING, 0)] * 2
