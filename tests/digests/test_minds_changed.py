"""Readers who change their mind while a digest that they asked for waits or is made: what they said last holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from digests.actions import change_subscription, compose_digests, plan_digests, send_now, subscription_of, unsubscribe
from digests.actions.composing import _choose, _write
from digests.compose import load_recommender
from digests.models import Delivery, Digest, Subscription
from digests.recommender import Model
from digests.signing import unsubscribe_token
from tests.digests.makers import make_digest, make_due, make_mail, sent_now
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


def switch_off(user: User) -> None:
    assert unsubscribe(token=unsubscribe_token(subscription_of(user=user).pk))


def switch_off_by_form(user: User) -> None:
    change_subscription(subscription=subscription_of(user=user), is_active=False)


def pause(user: User) -> None:
    change_subscription(subscription=subscription_of(user=user), paused_until=timezone.now() + timedelta(days=7))


OPTING_OUT = [switch_off, switch_off_by_form, pause]


@pytest.mark.parametrize("opt_out", OPTING_OUT)
def test_who_opts_out_after_asking_gets_no_mail_and_who_asks_again_does(opt_out: Callable[[User], None], alice: User) -> None:
    make_paper()
    send_now(user=alice)
    opt_out(alice)
    compose_digests()
    assert Digest.objects.get().state == Digest.State.SKIPPED
    assert sent_now(alice).state == Digest.State.READY
    assert Delivery.objects.to_send().permitted().count() == 1


@pytest.mark.parametrize("opt_out", OPTING_OUT)
def test_who_opts_out_while_the_digest_is_made_gets_no_mail(opt_out: Callable[[User], None], alice: User) -> None:
    make_paper()
    send_now(user=alice)
    compose_while(lambda: opt_out(alice))
    assert not Delivery.objects.to_send().permitted().exists()


def test_what_was_asked_for_and_skipped_is_planned_anew_for_those_only_who_want_it(alice: User) -> None:
    assert sent_now(alice).state == Digest.State.SKIPPED
    make_due(alice, weekday=timezone.now().weekday(), hour=timezone.now().hour)
    plan_digests()
    assert not Digest.objects.planned().get().is_asked_for
