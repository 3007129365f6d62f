"""The steps of a row of the outbox from claim to end, each committed at once; `delivering` and `settling` say when which is due."""

import random
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.db.models.sql import UpdateQuery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests.models import Delivery, Suppression
from digests.models.delivery import DeliveryQuerySet

FIRST_WAIT, LONGEST_WAIT = 60.0, 6 * 3600.0  # seconds
LONGEST_REASON = 500  # characters
ANY_ROW, ANY_LEASE = -1, uuid.UUID(int=0)  # stand for the values of a statement that is spelled once
PAUSED = _("the reader paused the digest")
VISITOR_STOPPED = _("the visitor has stopped or settled this, or the house rules let visitors have no mail")
NOT_WANTED = {
    "digest": _("the reader wants no digest"),
    "notice": _("the reader wants no mail about this"),
    "team_digest": _("the reader is not in the team, or does not want its digest"),
    "outlet": _("the outlet is switched off, or the team wants no digest"),
    "webhook": _("the webhook is switched off"),
    "test": _("the account is closed"),
    "visitor_digest": VISITOR_STOPPED,
    "visitor_subscription": VISITOR_STOPPED,
}
State = Delivery.State


def claim(waiting: DeliveryQuerySet, *, state: Delivery.State, most: int = 1) -> list[Delivery]:
    """Take some rows for as long as the lease lasts, so that nobody else does; committed before they are used.

    Args:
        waiting: which rows, in which order.
        state: what they become.
        most: how many rows at most; they share one lease.
    """
    lease = uuid.uuid4()
    with transaction.atomic(durable=True):
        deliveries = list(waiting.select_for_update(skip_locked=True, of=("self",))[:most])
        if deliveries:
            rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
            rows.update(lease=lease, state=state, lease_until=Now() + _lease(), attempts=F("attempts") + 1)
    for delivery in deliveries:
        delivery.lease, delivery.state = lease, state
    return deliveries


def renew(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Hold claimed rows for another lease; return those that are still ours, which is fewer after a long sleep of this process."""
    kept = _ours(*deliveries).filter(state=State.SENDING, lease_until__gt=Now())
    kept.update(lease_until=Now() + _lease())
    still = set(kept.values_list("pk", flat=True))
    return [delivery for delivery in deliveries if delivery.pk in still]


def hand_over(delivery: Delivery, *, accepted: Sequence[int]) -> float | None:
    """Commit that the dot is next, unless the lease ran out or its reader opted out meanwhile; and what was accepted before it.

    Both are one statement, so that a mail costs one commit. An opt-out changes the same row, so one of the two comes first.

    Args:
        accepted: the keys of mails that the relay took since the last time.

    Returns:
        Until when the dot may be sent, on the monotonic clock of this machine; None: it may not. A process that
        sleeps longer finds that others have asked the relay in its place, and perhaps sent the mail.
    """
    began, values = time.monotonic(), {ANY_ROW: delivery.pk, ANY_LEASE: delivery.lease}
    sql, parameters = _hand_over_statement(delivery.kind, settings.DELIVERY_LEASE)
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(accepted), *(values.get(one, one) for one in parameters)])
        return began + settings.DELIVERY_LEASE / 2 if cursor.rowcount else None


@cache
def _hand_over_statement(kind: str, lease: int) -> tuple[str, Sequence[Any]]:
    """Spell the statement once: it takes Django longer to write it than the database to run it."""
    one = Delivery.objects.filter(pk=ANY_ROW, lease=ANY_LEASE, state=State.SENDING, lease_until__gt=Now()).permitted(kind)
    query: Any = one.query.chain(klass=UpdateQuery)
    query.add_update_values({"state": State.HANDING_OVER, "lease_until": Now() + timedelta(seconds=lease)})
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    table = connection.ops.quote_name(Delivery._meta.db_table)
    noted = f"UPDATE {table} SET state = 'sent', sent_at = statement_timestamp(), reason = '', lease = NULL, lease_until = NULL"  # noqa: S608 - no input
    return f"WITH accepted AS ({noted} WHERE id = ANY(%s) AND state <> 'bounced') {sql}", parameters


def mark_sent(pks: Sequence[int]) -> None:
    """Note acceptances. They are facts, so they hold whoever has the lease by now."""
    if pks:
        noted = Delivery.objects.filter(pk__in=pks).exclude(state=State.BOUNCED)  # which is quicker than us now and then
        noted.update(state=State.SENT, sent_at=Now(), reason="", lease=None, lease_until=None)


def note_provider_id(delivery: Delivery, provider_id: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(provider_id=provider_id)


def release(deliveries: Sequence[Delivery], *, reason: str = "") -> None:
    """Give claimed rows back as they were: nothing was tried. A reason says why they wait."""
    _ours(*deliveries).update(state=State.PENDING, reason=reason, lease=None, lease_until=None, attempts=F("attempts") - 1)


def put_back(delivery: Delivery, reason: str, *, wait: timedelta | None = None) -> Delivery.State:
    """Try again later: after one minute, two, four … up to six hours, give or take, for three days; or after `wait`.

    Returns:
        The state it is in now: FAILED after those three days.
    """
    reason = reason[:LONGEST_REASON]
    if _ours(delivery).given_up().update(state=State.FAILED, reason=reason, lease=None):
        return State.FAILED
    later = wait or timedelta(seconds=min(FIRST_WAIT * 2 ** min(delivery.attempts, 20), LONGEST_WAIT))
    again = Now() + later * random.uniform(1.0 if wait else 0.75, 1.25)  # noqa: S311 - jitter, no secret; a given wait is the least
    _ours(delivery).update(state=State.PENDING, reason=reason, not_before=again, lease=None, lease_until=None)
    return State.PENDING


def end(delivery: Delivery, state: Delivery.State, reason: str) -> Delivery.State:
    _ours(delivery).update(state=state, reason=reason[:LONGEST_REASON], lease=None, lease_until=None)
    return state


def stop(delivery: Delivery, reason: str) -> Delivery.State:
    """End what nobody wants any more; that whose sender merely slept too long waits for its next turn."""
    if reason or (reason := why_not([delivery]).get(delivery.pk, "")):
        return end(delivery, State.SKIPPED, reason)
    release([delivery])
    return State.PENDING


def suppress_address(address: str, reason: str, *, kind: Suppression.Kind) -> None:
    Suppression.objects.bulk_create([Suppression(address=address, reason=reason, kind=kind)], ignore_conflicts=True)


def why_not(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Say of those mails of a batch that may not go out why, by key; one query while all may."""
    permitted = set(Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).permitted().values_list("pk", flat=True))
    stopped = [one for one in deliveries if one.pk not in permitted]
    if not stopped:
        return {}
    suppressed = {one.address.lower(): one.reason for one in Suppression.objects.of([one.address for one in stopped])}
    paused = set(Delivery.objects.filter(pk__in=[one.pk for one in stopped]).of_paused_readers().values_list("pk", flat=True))
    return {one.pk: _why_not(one, suppressed.get(one.address.lower()), is_paused=one.pk in paused) for one in stopped}


def _why_not(delivery: Delivery, suppressed: str | None, *, is_paused: bool) -> str:
    if suppressed is not None:
        return gettext("the address is suppressed: %s") % suppressed
    return str(PAUSED if is_paused else NOT_WANTED[delivery.kind])


def _ours(*deliveries: Delivery) -> DeliveryQuerySet:
    """The rows as long as nobody else has claimed them."""
    return Delivery.objects.filter(pk__in=[one.pk for one in deliveries], lease__in={one.lease for one in deliveries})


def _lease() -> timedelta:
    return timedelta(seconds=settings.DELIVERY_LEASE)
