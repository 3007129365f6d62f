"""Settling what a killed or stalled sender left behind."""

import logging
from contextlib import closing

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.hints import hint
from digests.actions import outbox
from digests.actions.clock import database_now
from digests.channels import Channel, open_channel
from digests.models import Delivery

BATCH = 50
State = Delivery.State
log = logging.getLogger(__name__)


def settle_doubts() -> int:
    """Free abandoned mails and decide on those in doubt; return how many rows that were.

    Before the dot nothing was sent, so an abandoned mail simply waits again. After it only the
    relay knows: it is asked, and where it cannot be, IN_DOUBT_POLICY decides. A post has nobody to ask.
    """
    count = _free_abandoned()
    with closing(open_channel()) as channel:
        while doubtful := outbox.claim(
            Delivery.objects.in_doubt().select_related("outlet", "webhook").order_by("pk"), state=State.HANDING_OVER, most=BATCH
        ):
            for delivery in doubtful:
                _decide(delivery, channel)
            count += len(doubtful)
    if count:
        hint("digests.deliver")
        hint("digests.post")
    return count


def _free_abandoned() -> int:
    abandoned = Delivery.objects.abandoned()
    too_old = abandoned.given_up()
    count = too_old.update(state=State.FAILED, reason=_("its senders died again and again for three days"), lease=None)
    return count + abandoned.update(state=State.PENDING, not_before=Now(), lease=None, lease_until=None)


def _decide(delivery: Delivery, channel: Channel) -> None:
    accepted = None if delivery.is_posted else channel.was_accepted(delivery.message_id)
    if accepted is False and channel.memory and database_now() - (delivery.lease_until or database_now()) > channel.memory:
        accepted = None  # what it forgot it would take once more
    log.warning("Mail %s was in doubt; accepted: %s", delivery.message_id, accepted)
    if accepted:
        outbox.mark_sent([delivery.pk])
    elif accepted is False or may_send_again(delivery):
        _write(delivery, State.PENDING, "")
    else:
        _write(delivery, State.HELD, _("its sender died while handing it over, and the other side cannot be asked"))


def may_send_again(delivery: Delivery) -> bool:
    """Whether to send once more what perhaps arrived: takers of signed webhooks know a double by its id, for the rest it is the policy."""
    return (delivery.is_posted and delivery.endpoint.is_signed) or settings.IN_DOUBT_POLICY == "resend"


def _write(delivery: Delivery, state: Delivery.State, reason: str) -> None:
    ours = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
    ours.update(state=state, reason=reason, not_before=Now(), lease=None, lease_until=None)
