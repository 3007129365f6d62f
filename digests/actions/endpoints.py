"""Receivers of posts, be they a team's outlets or webhooks: which addresses may be theirs, how they fare, and when that is the end."""

from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.models import User
from accounts.models.roles import MANAGING_ROLES
from accounts.outbound import is_inside
from digests.models import Delivery, TeamOutlet, Webhook

LONGEST_ADDRESS = 1_000  # characters
LONGEST_HOST = 253  # letters, by the rules of DNS
OLD_SECRET_FOR = timedelta(hours=24)
OFF_AFTER = timedelta(days=5)  # of failures alone: the digests of two weeks, each tried for three days
TOKEN_ENDED = gettext_lazy("the token that set it up has ended; switch it on here to keep it")
State = Delivery.State
Endpoint = TeamOutlet | Webhook


class EndpointRefused(Refused):
    """An address that cannot be used, too many receivers, or too many tries; its text says what to do."""


def checked_url(address: str) -> str:
    """Return the address of a program as it is kept; what a name stands for is checked again at every post, after it was looked up.

    Raises:
        EndpointRefused: it is none, or may not be asked.
    """
    address = address.strip()
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    schemes = {"https", "http"} if settings.FETCH_PRIVATE else {"https"}
    is_long = len(address) > LONGEST_ADDRESS or len(url.raw_host) > LONGEST_HOST
    if url.scheme not in schemes or not url.host or url.userinfo or is_long:
        raise EndpointRefused(_("Paste the whole address of the webhook; it begins with https://."))
    if not settings.FETCH_PRIVATE and is_inside(url.raw_host.decode("ascii")):
        raise EndpointRefused(_("This address leads into the network of this server, where nothing is posted."))
    return address


def note_success(*, endpoint: Endpoint) -> None:
    type(endpoint).objects.filter(pk=endpoint.pk).update(failing_since=None)


@transaction.atomic
def note_failure(*, endpoint: Endpoint, reason: str) -> None:
    """Remember since when nothing arrives; after days of that nothing more is sent there."""
    found: Any = type(endpoint).objects.select_for_update(of=("self",)).filter(pk=endpoint.pk)
    found.filter(failing_since=None).update(failing_since=Now())
    if found.filter(failing_since__lt=Now() - OFF_AFTER).exists():
        why = _("nothing has arrived for %(n)d days; at last: %(reason)s") % {"n": OFF_AFTER.days, "reason": reason}
        switch_off(endpoint=endpoint, why=why)


@transaction.atomic
def switch_off(*, endpoint: Endpoint, why: str) -> None:
    """Send nothing more there, on nobody's behalf, and tell those whose it is, once."""
    rows: Any = type(endpoint).objects.select_for_update(of=("self",)).select_related("team__namespace")
    for found in rows.filter(pk=endpoint.pk, is_active=True):
        longest = found._meta.get_field("why_off").max_length
        type(endpoint).objects.filter(pk=found.pk).update(is_active=False, why_off=why[:longest])
        stop_deliveries(found, why)
        _tell(found, why)


def stop_deliveries(endpoint: Endpoint, why: str) -> None:
    """Take rows off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
    waiting = Delivery.objects.stoppable().filter(**{endpoint.column: endpoint.pk})
    waiting.update(state=State.SKIPPED, reason=why, lease=None)


def _tell(endpoint: Endpoint, why: str) -> None:
    people = User.objects.filter(memberships__team=endpoint.team, memberships__role__in=MANAGING_ROLES) if endpoint.team else ()
    if isinstance(endpoint, TeamOutlet):
        facts: dict[str, Any] = {"path": reverse("digests:team", args=[endpoint.team.slug]), "kind_of_outlet": endpoint.get_kind_display()}
        record_event(kind="outlet.off", team=endpoint.team, tell=people, label=endpoint.label, why=why, **facts)
        return
    tell = people or [owner for owner in (endpoint.user,) if owner]
    record_event(kind="webhook.off", team=endpoint.team, tell=tell, path=endpoint.get_absolute_url(), label=endpoint.label, why=why)
