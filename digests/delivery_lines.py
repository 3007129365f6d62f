"""What became of a digest and of a mail, each in a line that its reader understands, on the reader's own clock. Reads only."""

from collections.abc import Collection, Iterable
from datetime import datetime, tzinfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.models import Delivery, Digest, Suppression, TeamDigest
from digests.relay_words import Cause, cause_of

State = Delivery.State
# What happened, and what its reader can do once it has ended so.
WORDS: dict[Cause, tuple[Promise, Promise]] = {
    Cause.NO_MAILBOX: (gettext_lazy("the mailbox does not exist"), gettext_lazy("enter another address in your settings")),
    Cause.MAILBOX_OFF: (gettext_lazy("the mailbox is switched off"), gettext_lazy("enter another address in your settings")),
    Cause.MAILBOX_FULL: (gettext_lazy("the mailbox is full"), gettext_lazy("make room in it, then ask for the mail again")),
    Cause.TOO_BIG: (gettext_lazy("the mail is too big for the mailbox"), gettext_lazy("ask for fewer papers in your digest")),
    Cause.ADDRESS_WRONG: (gettext_lazy("the address is not written as it should be"), gettext_lazy("correct it in your settings")),
    Cause.NO_SUCH_DOMAIN: (gettext_lazy("what follows the @ takes no mail"), gettext_lazy("correct the address in your settings")),
    Cause.REFUSED_BY_POLICY: (
        gettext_lazy("your mail provider refuses mail from here"),
        gettext_lazy("tell whoever looks after your mailbox, or enter another address in your settings"),
    ),
    Cause.TAKEN_FOR_SPAM: (
        gettext_lazy("your mail provider took it for spam"),
        gettext_lazy("add our address to your contacts, then ask for the mail again"),
    ),
    Cause.GREYLISTED: (gettext_lazy("your mail provider asks us to come back later"), gettext_lazy("ask for the mail again")),
    Cause.BUSY: (gettext_lazy("the mail server is busy"), gettext_lazy("ask for the mail again")),
    Cause.NO_ANSWER: (gettext_lazy("the mail server gives no answer"), gettext_lazy("ask for the mail again, or read it here")),
    Cause.NO_ENTRY: (gettext_lazy("the mail server does not let us in"), gettext_lazy("tell whoever runs this site")),
    Cause.BROKEN_HERE: (gettext_lazy("something went wrong here"), gettext_lazy("tell whoever runs this site")),
    Cause.REFUSED: (gettext_lazy("the mail server refused it"), gettext_lazy("tell whoever runs this site")),
    Cause.LATER: (gettext_lazy("the mail server could not take it yet"), gettext_lazy("ask for the mail again")),
}


def write_lines(deliveries: Collection[Delivery] | QuerySet[Delivery], *, zone: tzinfo | None = None) -> None:
    """Give each delivery its `line`, such as "Mon 23 Nov: sent 08:02". One query at most.

    Args:
        zone: the reader's clock; without one, the one in use.
    """
    stopped = _stopped({delivery.address.lower() for delivery in deliveries if delivery.state in {State.FAILED, State.SKIPPED}})
    for delivery in deliveries:
        moment = _local(delivery.sent_at or delivery.created_at, zone)
        delivery.line = f"{_day(moment)}: {_what(delivery, zone, is_stopped=delivery.address.lower() in stopped)}"


def line_of_digest(digest: Digest | TeamDigest, *, zone: tzinfo | None = None) -> str:
    """Say why there is no mail of a digest, such as "Mon 23 Nov: skipped: no new papers"; "" if nothing kept it from being made."""
    if digest.state == Digest.State.READY:
        return ""
    words = _("being made") if digest.state == Digest.State.PLANNED else digest.get_state_display()
    reason = digest.reason_for_reader
    return f"{_day(_local(digest.planned_at, zone))}: {words}" + (f": {reason}" if reason else "")


def _what(delivery: Delivery, zone: tzinfo | None, *, is_stopped: bool) -> str:
    match delivery.state:
        case State.SENT:
            return _("sent %(time)s") % {"time": _time(_local(delivery.sent_at or delivery.created_at, zone))}
        case State.PENDING:
            return _waiting(delivery, zone)
        case State.HELD:
            return _("held: nobody knows whether it arrived; if it is not in your inbox, ask for it again")
        case State.FAILED:
            return _("failed: %(why)s") % {"why": _why_failed(delivery, is_stopped)}
        case State.SKIPPED:
            return _("skipped: %(why)s") % {"why": _why_skipped(delivery, is_stopped)}
    return _("being sent")


def _waiting(delivery: Delivery, zone: tzinfo | None) -> str:
    if not delivery.reason:
        return _("waiting: it is sent within minutes")
    cause = cause_of(delivery.reason) or Cause.LATER
    again, today = _local(delivery.not_before, zone), _local(timezone.now(), zone).date()
    when = _time(again) if again.date() == today else f"{_day(again)}, {_time(again)}"
    return _("waiting: %(why)s, next try about %(time)s") % {"why": WORDS[cause][0], "time": when}


def _why_failed(delivery: Delivery, is_stopped: bool) -> str:
    what, advice = WORDS[cause_of(delivery.reason) or Cause.REFUSED]
    return _stopped_words(delivery, what, advice) if is_stopped else f"{what}; {advice}"


def _why_skipped(delivery: Delivery, is_stopped: bool) -> str:
    """Our own words, but for an address that is not written to: those hold the relay's."""
    if not is_stopped:
        return delivery.reason or _("its turn was over")
    cause = next((found for part in delivery.reason.split(": ") if (found := cause_of(part))), None)
    what = WORDS[cause][0] if cause else _("an earlier mail did not arrive")
    return _stopped_words(delivery, what, WORDS[Cause.NO_MAILBOX][1])


def _stopped_words(delivery: Delivery, what: Promise | str, advice: Promise | str) -> str:
    words = _("%(what)s; we stopped writing to %(address)s: %(advice)s, or ask whoever runs this site to try again")
    return words % {"what": what, "address": delivery.address, "advice": advice}


def _stopped(addresses: Iterable[str]) -> set[str]:
    """Which of some addresses are suppressed, in lower case."""
    wanted = list(addresses)
    return {one.address.lower() for one in Suppression.objects.of(wanted)} if wanted else set()


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return timezone.localtime(moment, zone)


def _day(moment: datetime) -> str:
    return date_format(moment, "D j M")


def _time(moment: datetime) -> str:
    return date_format(moment, "H:i")
