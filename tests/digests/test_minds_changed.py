"""Readers who change their mind while a digest that they asked for waits or is made: what they said last holds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from digests.actions import change_subscription, compose_digests, send_now, subscription_of
from digests.actions.composing import _choose, _write
from digests.compose import load_recommender
from digests.models import Delivery, Digest, Subscription
from digests.recommender import Model
from tests.digests.makers import make_digest, make_mail
from tests.digests.test_delivering import in_a_thread
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def compose_while(change: Any) -> None:
    """Let something happen between the choice of papers, which takes minutes, and the mail."""
    with transaction.atomic():
        chosen = _choose(list(Digest.objects.planned().select_related("subscription__user")), load_recommender(Model.train([], [])))
        change()
        _write(*chosen)


def ask_for_this_week(user: User) -> Subscription:
    """Ask for the digest of a week whose hour is yet to come."""
    subscription = change_subscription(subscription=subscription_of(user=user), weekday=6, hour=23)
    send_now(user=user)
    return subscription


def test_a_cadence_changed_while_the_digest_is_made_stays_changed(alice: User) -> None:
    make_paper()
    subscription = ask_for_this_week(alice)
    compose_while(lambda: change_subscription(subscription=subscription_of(user=alice), cadence="monthly", weekday=0))
    promised = change_subscription(subscription=subscription).next_due_at
    assert subscription.cadence == "monthly"
    assert Digest.objects.get().state == Digest.State.READY
    assert subscription_of(user=alice).next_due_at == promised


@pytest.mark.django_db(transaction=True)
def test_opting_out_and_composing_never_wait_for_each_other(alice: User) -> None:
    make_paper()
    old = make_mail(alice, digest=make_digest(alice, period_key="2026-W01"))
    subscription = ask_for_this_week(alice)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Subscription.objects.filter(pk=subscription.pk).update(is_active=False)
            composing = pool.submit(in_a_thread(compose_digests))
            with pytest.raises(TimeoutError):
                composing.result(timeout=2)
            Delivery.objects.filter(pk=old.pk).update(state=Delivery.State.SKIPPED)
        assert composing.result(timeout=10) == 1
    assert Digest.objects.exclude(pk=old.digest_id).get().state == Digest.State.READY
