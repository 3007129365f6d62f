"""Putting mails back into the outbox by hand, once somebody has looked at why they stayed there."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.hints import hint
from digests.models import Delivery
from digests.models.delivery import DeliveryQuerySet
from digests.models.wanted import EVERY_COLUMN

State = Delivery.State


@transaction.atomic
def queue_again(*, deliveries: DeliveryQuerySet) -> int:
    """Send failed and held mails once more, under their old Message-ID; return how many were queued.

    A digest has one mail under way to a reader at most, so of several mails of one digest the latest is taken.
    """
    ended = deliveries.filter(state__in=[State.FAILED, State.HELD])
    latest = list(ended.order_by(*EVERY_COLUMN, "-pk").distinct(*EVERY_COLUMN).values_list("pk", flat=True))
    busy = Delivery.objects.under_way().filter(
        Q(digest=OuterRef("digest"))
        | Q(team_digest=OuterRef("team_digest"), reader=OuterRef("reader"))
        | Q(visitor_digest=OuterRef("visitor_digest"))
        | Q(visitor_subscription=OuterRef("visitor_subscription"))
        | Q(team_digest=OuterRef("team_digest"), outlet=OuterRef("outlet"))
    )
    waiting = Delivery.objects.filter(~Exists(busy), pk__in=latest, state__in=[State.FAILED, State.HELD])
    count = waiting.update(state=State.PENDING, reason="", attempts=0, not_before=Now(), lease=None, lease_until=None)
    hint("digests.deliver")
    hint("digests.post")
    return count
