"""What a provider's webhooks tell of our mails, sorted as reports are."""

from typing import Any

from digests import actions
from digests.channels.provider import MESSAGE_ID
from digests.models import Delivery
from digests.reports import Kind, kind_of_bounce, status_in

GONE = {"bounced", "invalid"}  # django-anymail's reasons to reject that are the mailbox's own


def take_event(sender: object, event: Any, **more: Any) -> None:
    """Act upon an event about a mail of ours of the last 30 days; django-anymail has checked the webhook's secret."""
    if event.event_type not in {"bounced", "rejected", "complained", "unsubscribed"}:
        return
    named = (event.metadata or {}).get(MESSAGE_ID) or ""
    delivery = Delivery.objects.returnable().filter(message_id=named).first() if named else None
    if delivery is None:
        return
    if event.event_type in {"complained", "unsubscribed"}:
        actions.note_complaint(delivery=delivery)
        return
    words = " ".join(f"{event.mta_response or ''} {event.description or ''}".split())[:300]
    is_hard = kind_of_bounce(status) is Kind.HARD if (status := status_in(words)) else event.reject_reason in GONE
    actions.note_bounce(delivery=delivery, is_hard=is_hard, reason=words)
