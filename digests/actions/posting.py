"""Posting: the outbox's rows that go to chats and programs, as safe against kills as mail is, and one request per endpoint at a time.

Hold an endpoint, be it an outlet or a webhook, claim its next row, and commit. Write the post. Send all but its last byte;
commit "handing over", only if all still stands; the last byte. What a kill leaves behind is settled in `settling`.
"""

import logging
import time
import uuid
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from digests.actions import outbox
from digests.actions.clock import database_now
from digests.actions.delivering import Progress, words_of
from digests.actions.draining import drain_together
from digests.actions.endpoints import Endpoint, note_failure, note_success, switch_off
from digests.actions.settling import may_send_again
from digests.channels import Outcome, Verdict, open_webhooks
from digests.models import Delivery, TeamOutlet, Webhook
from digests.models.delivery import DeliveryQuerySet
from digests.posts import post_of

State = Delivery.State
NO_REST, SHORTEST_REST, LONGEST_REST = timedelta(0), timedelta(minutes=1), timedelta(hours=1)
RESTLESS = {Verdict.ACCEPTED, Verdict.STOPPED}
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
        _free(delivery.endpoint, rest=_rest_of(delivery, outcome))
        count += outcome.verdict is Verdict.ACCEPTED
        if on_progress:
            on_progress(delivery, outcome)
    return count


def _next() -> Delivery | None:
    """Claim a row of the endpoint whose last turn is longest ago. Rows that nobody has tried yet come first everywhere."""
    waiting = Delivery.objects.to_send().by_post()
    for rows in (waiting.filter(attempts=0), waiting):
        for model in (TeamOutlet, Webhook):
            for endpoint in model.objects.free().with_post_among(rows)[: settings.DELIVERY_CONNECTIONS]:
                if _hold(endpoint) and (delivery := _claim(endpoint, rows)):
                    return delivery
    return None


def _hold(endpoint: Endpoint) -> bool:
    """Take an endpoint before any row of it: one request at a time, and in order, however many posters there are."""
    endpoint.lease = uuid.uuid4()
    held = {"lease": endpoint.lease, "lease_until": Now() + timedelta(seconds=settings.DELIVERY_LEASE)}
    return bool(type(endpoint).objects.free().filter(pk=endpoint.pk).update(**held))


def _claim(endpoint: Endpoint, rows: DeliveryQuerySet) -> Delivery | None:
    own = rows.filter(**{endpoint.column: endpoint.pk}).select_related("outlet__team", "webhook")
    for delivery in outbox.claim(own, state=State.SENDING):
        delivery.endpoint.lease = endpoint.lease
        return delivery
    _free(endpoint)  # another poster was quicker
    return None


def _free(endpoint: Endpoint, *, rest: timedelta = NO_REST) -> None:
    type(endpoint).objects.filter(pk=endpoint.pk, lease=endpoint.lease).update(lease=None, lease_until=Now() + rest)


def _rest_of(delivery: Delivery, outcome: Outcome) -> timedelta:
    """How long a webhook is left alone: as long as it asks for, else the longer the longer it has been failing, within an hour.

    So its posts keep their order, and one that is away costs the others next to nothing however much waits for it.
    """
    if delivery.webhook is None or outcome.verdict in RESTLESS:
        return NO_REST
    if outcome.wait:
        return outcome.wait
    since = Webhook.objects.filter(pk=delivery.webhook_id or 0).values_list("failing_since", flat=True).first()
    return min(max(database_now() - since, SHORTEST_REST), LONGEST_REST) if since else SHORTEST_REST


def _attempt(delivery: Delivery) -> Outcome:
    if reason := outbox.why_not([delivery]).get(delivery.pk):
        return Outcome(Verdict.STOPPED, reason)
    try:
        post = post_of(delivery, at=database_now())
    except Exception as problem:  # a later version may know better
        log.exception("Post %s cannot be made", delivery.message_id)
        return Outcome(Verdict.DEFERRED, words_of(problem), is_ours=True)
    if post is None:
        return Outcome(Verdict.STOPPED, _("what it tells of is gone, or no longer to be seen"))
    return open_webhooks().send(post, partial(outbox.hand_over, delivery, accepted=()))


def _settle(delivery: Delivery, outcome: Outcome) -> None:
    endpoint = delivery.endpoint
    if delivery.webhook_id:
        Delivery.objects.filter(pk=delivery.pk).update(status=outcome.status or None)
    match outcome.verdict:
        case Verdict.ACCEPTED:
            outbox.mark_sent([delivery.pk])
            note_success(endpoint=endpoint)
            return
        case Verdict.STOPPED:
            outbox.stop(delivery, outcome.reason)
            return
        case Verdict.NO_SUCH_ADDRESS:
            outbox.end(delivery, State.FAILED, outcome.reason)
            switch_off(endpoint=endpoint, why=outcome.reason)
            return
        case Verdict.REFUSED:
            outbox.end(delivery, State.FAILED, outcome.reason)
        case Verdict.IN_DOUBT if not may_send_again(delivery):
            outbox.end(delivery, State.HELD, outcome.reason)
        case _:
            outbox.put_back(delivery, outcome.reason, wait=outcome.wait)
    if not outcome.is_ours:
        note_failure(endpoint=endpoint, reason=outcome.reason)
