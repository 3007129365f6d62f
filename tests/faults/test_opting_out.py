"""Opting out while the mail is on its way, a thousand times: after the answer nothing is sent that was not being handed over before."""

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.actions.deleting import ask_for_deletion
from accounts.models import User
from digests.actions import compose_digests, deliver_mail, enrol_new_readers, plan_now
from digests.models import Delivery, Digest
from digests.signing import unsubscribe_token
from tests.digests.relay import RelayBehaviour, running_relay
from tests.factories import make_paper, make_user

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]
FULL = os.environ.get("FAULTS") == "full"
TRIALS = 1_000 if FULL else 60
FIRST_GUESS = 0.05  # seconds that an opt-out takes, until some have been timed
State = Delivery.State


def unsubscribe(reader: User, subscription_id: int) -> None:
    """As mail programs do it (RFC 8058)."""
    address = reverse("digests:unsubscribe", args=[unsubscribe_token(subscription_id)])
    assert Client().post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200


def delete_account(reader: User, _subscription_id: int) -> None:
    ask_for_deletion(user=reader)


@pytest.mark.parametrize("opt_out", [unsubscribe, delete_account])
def test_after_the_answer_nothing_is_sent_that_was_not_being_handed_over(opt_out: Callable[[User, int], None], settings: Settings) -> None:
    readers = {reader.email: reader for reader in (make_user(password=None) for _ in range(TRIALS))}
    make_paper()
    enrol_new_readers(), plan_now(), compose_digests()
    subscriptions = dict(Digest.objects.values_list("subscription__user__email", "subscription"))
    settings.DELIVERY_CONNECTIONS = 4
    with running_relay() as (relay, settings.RELAY), ThreadPoolExecutor(8) as pool:
        trials: dict[str, Future[str]] = {}
        took = [FIRST_GUESS]

        def race(relay: RelayBehaviour, address: str) -> None:
            """Let the relay take up to twice as long as opting out does on this machine, so that either may come first."""
            trials[address] = pool.submit(state_after, opt_out, readers[address], subscriptions[address], took)
            time.sleep(random.uniform(0, 2 * median(took[-20:])))

        relay.at_recipient = partial(race, relay)
        deliver_mail()
        states = {address: trial.result() for address, trial in trials.items()}
        accepted = set(relay.recipients)
    assert len(states) == TRIALS
    assert set(states.values()) <= {State.SKIPPED, State.HANDING_OVER, State.SENT}, "an opt-out left a mail in the queue"
    stopped = {address for address, state in states.items() if state == State.SKIPPED}
    assert stopped & accepted == set(), "sent after the answer"
    assert set(states) - stopped == accepted
    assert 0.05 * TRIALS < len(stopped) < 0.95 * TRIALS, "no race was run: one side always came first"
    assert dict(Delivery.objects.values_list("address", "state")) == {
        address: State.SKIPPED if address in stopped else State.SENT for address in states
    }


def state_after(opt_out: Callable[[User, int], None], reader: User, subscription_id: int, took: list[float]) -> str:
    """Opt out, and look at the mail right after the answer."""
    began = time.monotonic()
    try:
        opt_out(reader, subscription_id)
        took.append(time.monotonic() - began)
        return Delivery.objects.get(digest__subscription=subscription_id).state
    finally:
        connection.close()
