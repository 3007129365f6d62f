"""Mails that come back, and complaints: each is traced to a mail of ours before it is believed, and may end all mail to an address."""

import imaplib
import logging
import re
from collections.abc import Iterator
from contextlib import closing

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from digests.actions import outbox
from digests.actions.notifying import stop_notices
from digests.actions.outlets import stop_outlet
from digests.actions.subscribing import unsubscribe
from digests.actions.team_subscribing import stop_team_digest
from digests.actions.visiting import stop_visitor
from digests.channels.mailbox import unread_mails
from digests.models import Delivery, Suppression
from digests.reports import Kind, Report, read_report
from digests.signing import outlet_stop_token, read_bounce_token, stop_token, team_stop_token, unsubscribe_token, visitor_token

SOFT_IN_A_ROW = 3  # mails that came back for a reason that may pass, until we give up on the address
State = Delivery.State
log = logging.getLogger(__name__)


def read_bounces() -> int:
    """Take in the unread reports of the mailbox of BOUNCE_URL, if there is one; return how many were acted upon.

    Any number may do so at once, and a kill only means that a report is read again: that changes nothing.
    """
    if not settings.BOUNCE_MAILBOX:
        return 0
    count = 0
    try:
        with closing(unread_mails(settings.BOUNCE_MAILBOX, timeout=settings.EMAIL_TIMEOUT)) as mails:
            for content in mails:
                count += take_report(content) is not None
    except (OSError, imaplib.IMAP4.error) as problem:
        log.warning("The mailbox for bounces cannot be read: %s", problem)
    return count


def take_report(content: bytes) -> Delivery | None:
    """Act upon one mail if it reports about a mail of ours; return that, or None if nothing was done."""
    try:
        report = read_report(content)
        delivery = _delivery_of(report) if report else None
    except Exception:  # whatever a stranger sends must not keep us from reading the next
        log.exception("A report cannot be read")
        return None
    if report is None:
        return None
    if delivery is None:
        log.warning("A report about %s names no mail of ours of the last 30 days, so it is not believed", report.recipient or "a mail")
        return None
    if report.kind is Kind.COMPLAINT:
        note_complaint(delivery=delivery)
    else:
        note_bounce(delivery=delivery, is_hard=report.kind is Kind.HARD, reason=report.words)
    return delivery


@transaction.atomic
def note_bounce(*, delivery: Delivery, is_hard: bool, reason: str) -> None:
    """A mail came back. At once if the mailbox is gone, else after three in a row, its address gets no more."""
    returned = Delivery.objects.returnable().filter(pk=delivery.pk)
    returned.update(state=State.BOUNCED, reason=reason, lease=None, lease_until=None)
    if is_hard or _came_back_in_a_row(delivery.address):
        outbox.suppress_address(delivery.address, reason, kind=Suppression.Kind.BOUNCED)


@transaction.atomic
def note_complaint(*, delivery: Delivery) -> None:
    """Its reader called a mail spam: what it came from is switched off, and its address gets no more mail at all."""
    _switch_off(delivery)
    reason = _("a mail was reported as spam")
    outbox.suppress_address(delivery.address, reason, kind=Suppression.Kind.COMPLAINED)
    not_by_staff = Suppression.objects.of([delivery.address]).exclude(kind=Suppression.Kind.BY_HAND)  # that stays theirs to lift
    not_by_staff.update(kind=Suppression.Kind.COMPLAINED, reason=reason)


def _delivery_of(report: Report) -> Delivery | None:
    """Find the mail by what only its receiver and the relays on its way know; an address alone proves nothing."""
    mails = Delivery.objects.returnable()
    for pk in _named_by_token(report.sent_to):
        if delivery := mails.filter(pk=pk).first():
            return delivery
    return mails.filter(message_id=report.message_id).first() if report.message_id else None


def _named_by_token(addresses: tuple[str, ...]) -> Iterator[int]:
    local, _at, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    for address in addresses if local else ():
        found = re.fullmatch(rf"{re.escape(local)}\+([^@]+)@{re.escape(domain)}", address.lower())
        if found and (pk := read_bounce_token(found[1])) is not None:
            yield pk


def _came_back_in_a_row(address: str) -> bool:
    """Whether the latest mails that went to an address all came back."""
    ended = Delivery.objects.filter(address=address, state__in=[State.SENT, State.BOUNCED])
    latest = list(ended.order_by("-pk").values_list("state", flat=True)[:SOFT_IN_A_ROW])
    return len(latest) == SOFT_IN_A_ROW and set(latest) == {State.BOUNCED}


def _switch_off(delivery: Delivery) -> None:
    """Do what the link at the end of the mail does."""
    if delivery.digest:
        unsubscribe(token=unsubscribe_token(delivery.digest.subscription_id))
    elif delivery.notice:
        stop_notices(token=stop_token(delivery.notice.user_id, delivery.notice.topic))
    elif delivery.team_digest and delivery.reader_id:
        stop_team_digest(token=team_stop_token(delivery.reader_id, delivery.team_digest.subscription.team_id))
    elif delivery.outlet_id:
        stop_outlet(token=outlet_stop_token(delivery.outlet_id))
    elif visitor := delivery.visitor_subscription or (delivery.visitor_digest and delivery.visitor_digest.subscription):
        stop_visitor(token=visitor_token(visitor.pk))
