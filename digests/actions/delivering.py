"""Delivering: the outbox is drained mail by mail, such that a kill at any moment loses none and doubles none.

Claim with a lease, and commit. Render. SMTP up to the dot. Commit "handing over", only if all
still stands. The dot. Commit "sent". What a kill leaves behind is settled in `settling`.
"""

import logging
import random
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from digests import mails
from digests.channels import Channel, Outcome, Verdict, open_channel
from digests.models import Delivery, Suppression
from digests.models.delivery import DeliveryQuerySet

GIVE_UP_AFTER = timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = 60.0, 6 * 3600.0  # seconds
LONGEST_REASON = 400  # characters
MOST_BREAKS = 3  # mails in a row on which the relay hung or hung up: by then it is the relay, not the mail
Progress = Callable[[Delivery, Outcome], None]
State = Delivery.State
log = logging.getLogger(__name__)


def deliver_mail(*, on_progress: Progress | None = None) -> int:
    """Send what is due until nothing is or the relay is down; return how many mails the relay accepted.

    Args:
        on_progress: told of each mail and what became of it.
    """
    accepted, breaks = 0, 0
    with closing(open_channel()) as channel:
        while breaks < MOST_BREAKS and (delivery := claim(Delivery.objects.to_send(), state=State.SENDING)):
            outcome = _attempt(channel, delivery)
            _settle(delivery, outcome)
            if on_progress:
                on_progress(delivery, outcome)
            if outcome.verdict is Verdict.RELAY_DOWN:
                break
            accepted += outcome.verdict is Verdict.ACCEPTED
            breaks = breaks + 1 if outcome.broke else 0
    return accepted


def claim(waiting: DeliveryQuerySet, *, state: Delivery.State) -> Delivery | None:
    """Take one row for as long as the lease lasts, so that nobody else does; committed before it is used."""
    with transaction.atomic(durable=True):
        delivery = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if delivery is None:
            return None
        delivery.lease, delivery.state = uuid.uuid4(), state
        _row(delivery).update(lease=delivery.lease, state=state, lease_until=Now() + _lease(), attempts=F("attempts") + 1)
    return delivery


def _attempt(channel: Channel, delivery: Delivery) -> Outcome:
    try:
        if reason := _why_not(delivery):
            return Outcome(Verdict.STOPPED, reason)
        message = mails.mail_of(delivery)
    except Exception as problem:  # a later version may know better, and the next mail may be sound
        log.exception("Mail %s cannot be made", delivery.message_id)
        return Outcome(Verdict.DEFERRED, f"{type(problem).__name__}: {problem}"[:LONGEST_REASON])
    try:
        return channel.send(message, partial(_hand_over, delivery))
    except Exception as problem:  # a fault of ours at an unknown moment: the lease and settle_doubts() will sort it out
        log.exception("Mail %s broke off", delivery.message_id)
        return Outcome(Verdict.IN_DOUBT, f"{type(problem).__name__}: {problem}"[:LONGEST_REASON])


def _hand_over(delivery: Delivery) -> bool:
    """Commit that the dot is next, unless the lease ran out or the reader opted out meanwhile."""
    with transaction.atomic(durable=True):
        ours = _ours(delivery).filter(state=State.SENDING, lease_until__gt=Now())
        return bool(ours.permitted().update(state=State.HANDING_OVER, lease_until=Now() + _lease()))


def _settle(delivery: Delivery, outcome: Outcome) -> None:
    match outcome.verdict:
        case Verdict.ACCEPTED:
            mark_sent(delivery)
        case Verdict.DEFERRED | Verdict.RELAY_DOWN:
            _put_back(delivery, outcome.reason)
        case Verdict.STOPPED:
            _end(delivery, State.SKIPPED, outcome.reason or _why_not(delivery) or _("its turn was over"))
        case Verdict.REFUSED:
            _end(delivery, State.FAILED, outcome.reason)
        case Verdict.NO_SUCH_ADDRESS:
            _end(delivery, State.FAILED, outcome.reason)
            Suppression.objects.bulk_create([Suppression(address=delivery.address, reason=outcome.reason)], ignore_conflicts=True)
        case Verdict.IN_DOUBT:
            log.warning("Mail %s is in doubt: %s", delivery.message_id, outcome.reason)


def mark_sent(delivery: Delivery) -> None:
    """Note an acceptance. It is a fact, so it holds whoever has the lease by now."""
    _row(delivery).update(state=State.SENT, sent_at=Now(), reason="", lease=None, lease_until=None)


def _put_back(delivery: Delivery, reason: str) -> None:
    """Try again later: after one minute, two, four … up to six hours, give or take; for three days."""
    _ours(delivery).filter(created_at__lt=Now() - GIVE_UP_AFTER).update(state=State.FAILED, reason=reason, lease=None)
    wait = min(FIRST_WAIT * 2**delivery.attempts, LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, no secret
    again = Now() + timedelta(seconds=wait)
    _ours(delivery).update(state=State.PENDING, reason=reason, not_before=again, lease=None, lease_until=None)


def _end(delivery: Delivery, state: Delivery.State, reason: str) -> None:
    _ours(delivery).update(state=state, reason=reason, lease=None, lease_until=None)


def _why_not(delivery: Delivery) -> str:
    """Say why a mail may not go out, or ""."""
    if _row(delivery).permitted().exists():
        return ""
    if suppression := Suppression.objects.filter(address__iexact=delivery.address).first():
        return _("the address is suppressed: %s") % suppression.reason
    if delivery.team_digest_id:
        return _("the reader is not in the team, or does not want its digest")
    if delivery.visitor_digest_id or delivery.visitor_subscription_id:
        return _("the visitor has stopped or settled this, or the house rules let visitors have no mail")
    return _("the reader wants no mail about this") if delivery.notice_id else _("the reader wants no digest")


def _row(delivery: Delivery) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk=delivery.pk)


def _ours(delivery: Delivery) -> DeliveryQuerySet:
    """The row as long as nobody else has claimed it."""
    return _row(delivery).filter(lease=delivery.lease)


def _lease() -> timedelta:
    return timedelta(seconds=settings.DELIVERY_LEASE)
