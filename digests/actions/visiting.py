"""Trending papers by mail without an account: asked for, proven by a link in a mail, tuned, stopped, forgotten."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actions.limits import Limit, same_account, take
from accounts.hints import hint
from digests.actions.clock import database_now
from digests.models import Delivery, VisitorDigest, VisitorSubscription
from digests.models.delivery import domain_of_sender, new_message_id
from digests.models.visitor_digest import TIME_TO_CONFIRM
from digests.signing import address_mark, read_confirm_token, read_visitor_token
from papers.models import Category

QUESTIONS = Limit(1, timedelta(days=1))  # to one inbox, whoever asks and however often


@transaction.atomic
def ask_to_subscribe(*, address: str, categories: Iterable[Category], time_zone: str, language: str) -> None:
    """Have an address asked whether it wants trending papers. Tells nothing of what is known about it, not even by what it does.

    Until the answer, a later request replaces an earlier one; a subscription that runs is nobody's to change from here.
    Suppressed addresses and those of accounts take the same way: the outbox and the mail look at that.
    """
    address = address.strip().lower()
    new = VisitorSubscription(address=address, next_due_at=database_now())
    VisitorSubscription.objects.bulk_create([new], ignore_conflicts=True)
    subscription = VisitorSubscription.objects.at(address).select_for_update().get()
    may_ask = _can_be_asked(subscription)
    if may_ask:
        subscription.time_zone, subscription.language = time_zone, language
        subscription.is_active, subscription.confirmed_at, subscription.asked_at = True, None, database_now()
    subscription.save()
    subscription.categories.set(categories if may_ask else subscription.categories.all())
    if take(action="visitor_question", subject=_inbox_of(address), limit=QUESTIONS) is None:
        _write_question(subscription, may_ask)


def _write_question(subscription: VisitorSubscription, may_ask: bool) -> None:
    """Put the question into the outbox, or a row that says why it is not asked: either takes as long."""
    question = Delivery(visitor_subscription=subscription, address=subscription.address)
    question.message_id = new_message_id(domain_of_sender(settings.DEFAULT_FROM_EMAIL))
    if not may_ask:
        question.state, question.reason = Delivery.State.SKIPPED, _("the address has these mails, or wants no question")
    Delivery.objects.bulk_create([question], ignore_conflicts=True)
    hint("digests.deliver")


def _can_be_asked(subscription: VisitorSubscription) -> bool:
    """Not where mails come already, nor where somebody said no to the question; who had mails and stopped them may come back."""
    return subscription.is_confirmed != subscription.is_active


def _inbox_of(address: str) -> str:
    """Return one name for all addresses of an inbox: most services ignore what follows a plus."""
    local, _at, domain = address.rpartition("@")
    return same_account(f"{local.partition('+')[0]}@{domain}")


def waiting_subscription(*, token: str) -> VisitorSubscription | None:
    """Return what a link of a question is about, confirmed or not, unless it is too old, was stopped or is gone."""
    if (named := read_confirm_token(token, max_age=TIME_TO_CONFIRM)) is None:
        return None
    found = VisitorSubscription.objects.filter(pk=named[0], is_active=True).first()
    return found if found and address_mark(found.address) == named[1] else None


def has_account(subscription: VisitorSubscription) -> bool:
    """Tell whether a reader with an account has proven the address; asked only on behalf of who reads mail to it."""
    return VisitorSubscription.objects.of_readers().filter(pk=subscription.pk).exists()


@transaction.atomic
def confirm_visitor(*, token: str, time_zone: str) -> VisitorSubscription | None:
    """Begin a subscription on the word of whoever got the question; None if the link does not do that any more. Twice is as once."""
    found = waiting_subscription(token=token)
    subscription = VisitorSubscription.objects.select_for_update().filter(pk=found.pk, is_active=True).first() if found else None
    if subscription is None or has_account(subscription):
        return None
    if not subscription.is_confirmed:
        subscription.time_zone, subscription.confirmed_at = time_zone, database_now()
        subscription.next_due_at = subscription.next_open_due(database_now())
        subscription.save()
        _stop_mail(VisitorSubscription.objects.filter(pk=subscription.pk), _("the address is confirmed"))
    return subscription


def visitor_subscription(*, token: str) -> VisitorSubscription | None:
    """Return the subscription that a link of one of its mails names, if it is still here."""
    return VisitorSubscription.objects.filter(pk=read_visitor_token(token) or 0).first()


@transaction.atomic
def change_visitor_subscription(
    *, subscription: VisitorSubscription, categories: Iterable[Category], **changes: Any
) -> VisitorSubscription:
    """Change categories, day, hour, zone or whether it is on; the next mail is due at the next such hour from now."""
    for name, value in changes.items():
        setattr(subscription, name, value)
    subscription.next_due_at = subscription.next_open_due(database_now())
    subscription.save(update_fields=[*changes, "next_due_at"])
    subscription.categories.set(categories)
    if not subscription.is_active:
        _stop_mail(VisitorSubscription.objects.filter(pk=subscription.pk), _("the visitor stopped the mails"))
    return subscription


@transaction.atomic
def stop_visitor(*, token: str) -> None:
    """End the mails to a visitor on the word of a link in one of them; in a question it means: do not ask me again."""
    named = VisitorSubscription.objects.filter(pk=read_visitor_token(token) or 0)
    named.update(is_active=False)
    _stop_mail(named, _("the visitor stopped the mails"))


@transaction.atomic
def forget_visitor(*, subscription: VisitorSubscription) -> None:
    """Delete an address with all that was sent to it. A suppression of it stays: it protects the address."""
    _forget(VisitorSubscription.objects.filter(pk=subscription.pk))


@transaction.atomic
def end_visits_of_readers() -> int:
    """Who has an account by now gets a digest of their own, so the visitor's ends; return how many did."""
    return _forget(VisitorSubscription.objects.of_readers().filter(confirmed_at__isnull=False))


@transaction.atomic
def forget_unconfirmed() -> int:
    """Delete the addresses whose question nobody answered within a week; return how many."""
    return _forget(VisitorSubscription.objects.forgotten())


def _forget(visitors: QuerySet[VisitorSubscription]) -> int:
    named = list(visitors.select_for_update(of=("self",)).values_list("pk", flat=True))
    found = VisitorSubscription.objects.filter(pk__in=named)
    _stop_mail(found, _("the address is forgotten"))
    found.delete()
    return len(named)


def _stop_mail(visitors: QuerySet[VisitorSubscription], reason: str) -> None:
    """Take mails off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
    digests = VisitorDigest.objects.filter(subscription__in=visitors.values("pk"))
    for mail in (Delivery.objects.filter(visitor_digest__in=digests), Delivery.objects.filter(visitor_subscription__in=visitors)):
        mail.stoppable().update(state=Delivery.State.SKIPPED, reason=reason, lease=None)
