"""Posting: the outbox's rows that go to chats and programs, as safe against kills as mail is, and one request per outlet at a time.

Claim a row and its outlet with a lease, and commit. Write the post. Send all but its last byte; commit "handing over", only if all
still stands; the last byte. What a kill leaves behind is settled in `settling`.
"""

import logging
import time
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models.functions import Now

from digests.actions import outbox
from digests.actions.clock import database_now
from digests.actions.delivering import Progress, words_of
from digests.actions.draining import drain_together
from digests.actions.outlets import note_failure, note_success, switch_off
from digests.actions.settling import may_send_again
from digests.channels import Outcome, Verdict, open_webhooks
from digests.models import Delivery, TeamOutlet
from digests.posts import post_of

State = Delivery.State
log = logging.getLogger(__name__)


def deliver_posts(*, on_progress: Progress | None = None, seconds: float | None = None) -> int:
    """Post what is due until nothing is or the time is over; return how many posts were accepted.

    Args:
        on_progress: told of each post and what became of it, from any thread.
        seconds: how long, about; None for as long as it takes.
    """
    most = settings.DELIVERY_CONNECTIONS
    posters = Delivery.objects.to_send().by_post().order_by()[:most].count()
    return drain_together(partial(_drain, on_progress), connections=posters, seconds=seconds, task="digests.post")


def _drain(on_progress: Progress | None, until: float | None) -> int:
    count = 0
    while (until is None or time.monotonic() < until) and (delivery := _next()):
        try:
            outcome = _attempt(delivery)
        except Exception as problem:  # a fault of ours; its words might hold the address
            log.error("Post %s broke off: %s", delivery.message_id, type(problem).__name__)
            # The row says whether anything left: it is settled when its lease is over.
            outcome = Outcome(Verdict.IN_DOUBT, type(problem).__name__)
        else:
            _settle(delivery, outcome)
        _free(delivery)
        count += outcome.verdict is Verdict.ACCEPTED
        if on_progress:
            on_progress(delivery, outcome)
    return count


def _next() -> Delivery | None:
    """Claim a row and its outlet. Those that nobody has tried yet come first, so that receivers that are away delay nobody."""
    waiting = Delivery.objects.to_send().by_post().filter(outlet__in=TeamOutlet.objects.free()).select_related("outlet__team")
    for rows in (waiting.filter(attempts=0), waiting):
        for delivery in outbox.claim(rows, state=State.SENDING):
            if _hold(delivery):
                return delivery
            outbox.release([delivery])  # another poster was quicker with its outlet, and goes on with this row afterwards
    return None


def _hold(delivery: Delivery) -> bool:
    """Take the outlet as long as the row: one request at a time, whoever else claims another row of it at this moment."""
    lease = {"lease": delivery.lease, "lease_until": Now() + timedelta(seconds=settings.DELIVERY_LEASE)}
    return bool(TeamOutlet.objects.free().filter(pk=delivery.outlet_id or 0).update(**lease))


def _free(delivery: Delivery) -> None:
    TeamOutlet.objects.filter(pk=delivery.outlet_id or 0, lease=delivery.lease).update(lease=None, lease_until=None)


def _attempt(delivery: Delivery) -> Outcome:
    if reason := outbox.why_not([delivery]).get(delivery.pk):
        return Outcome(Verdict.STOPPED, reason)
    try:
        post = post_of(delivery, at=database_now())
    except Exception as problem:  # a later version may know better
        log.exception("Post %s cannot be made", delivery.message_id)
        return Outcome(Verdict.DEFERRED, words_of(problem))
    return open_webhooks().send(post, partial(outbox.hand_over, delivery, accepted=()))


def _settle(delivery: Delivery, outcome: Outcome) -> None:
    match outcome.verdict:
        case Verdict.ACCEPTED:
            outbox.mark_sent([delivery.pk])
            note_success(outlet_id=delivery.outlet_id or 0)
            return
        case Verdict.STOPPED:
            outbox.stop(delivery, outcome.reason)
            return
        case Verdict.NO_SUCH_ADDRESS:
            outbox.end(delivery, State.FAILED, outcome.reason)
            switch_off(outlet_id=delivery.outlet_id or 0, why=outcome.reason)
            return
        case Verdict.REFUSED:
            outbox.end(delivery, State.FAILED, outcome.reason)
        case Verdict.IN_DOUBT if not may_send_again(delivery):
            outbox.end(delivery, State.HELD, outcome.reason)
        case _:
            outbox.put_back(delivery, outcome.reason, wait=outcome.wait)
    note_failure(outlet_id=delivery.outlet_id or 0, reason=outcome.reason)
