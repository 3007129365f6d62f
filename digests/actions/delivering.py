"""Delivering: the outbox is drained batch by batch, such that a kill at any moment loses no mail and doubles none.

Claim a batch with a lease, and commit. Write the mails. Then for each: SMTP up to the dot; commit "handing over", only if all
still stands, together with what was accepted before; the dot. What a kill leaves behind is settled in `settling`.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from accounts.actions.limits import Limit, take
from digests import mails
from digests.actions import outbox, resting
from digests.actions.draining import drain_together
from digests.channels import Outcome, Verdict, open_channel
from digests.mails import Write
from digests.models import Delivery, Suppression
from digests.outcomes import log_outcome

BATCH = 25  # mails that share a claim: what a sender holds, at most, when it dies
MOST_BREAKS = 3  # mails in a row on which the relay hung or hung up: by then it is the relay, not the mail
LONGEST_REASON = 400  # characters
MINUTE = timedelta(minutes=1)
Progress = Callable[[Delivery, Outcome], None]
Writer = Callable[[Sequence[Delivery]], Write]
State = Delivery.State
log = logging.getLogger(__name__)


def deliver_mail(*, on_progress: Progress | None = None, seconds: float | None = None, writer: Writer = mails.writer) -> int:
    """Send what is due until nothing is, the relay is down or the time is over; return how many mails the relay accepted.

    Args:
        on_progress: told of each mail and what became of it, from any thread.
        seconds: how long, about; None for as long as it takes.
        writer: what makes the mails of a batch.
    """
    if resting.is_resting():
        return 0
    senders = min(settings.DELIVERY_CONNECTIONS, _batches_waiting())
    return drain_together(
        lambda until: _Sender(writer, on_progress, until).drain(), connections=senders, seconds=seconds, task="digests.deliver"
    )


def _batches_waiting() -> int:
    most = settings.DELIVERY_CONNECTIONS * BATCH
    return -(-Delivery.objects.to_send().by_mail().order_by()[:most].count() // BATCH)


class _Sender:
    """One connection to the relay, and the mails that it takes there."""

    def __init__(self, writer: Writer, on_progress: Progress | None, until: float | None) -> None:
        self.writer, self.on_progress, self.until = writer, on_progress, until
        self.accepted: list[int] = []  # taken by the relay, and not noted yet
        self.count, self.breaks = 0, 0
        self.is_over = False
        self.full: dict[str, float] = {}  # domains that take no more for now, and until when on the monotonic clock

    def drain(self) -> int:
        with closing(open_channel()) as self.channel:
            try:
                while not self._must_stop() and (batch := self._next_batch()):
                    self._send_all(batch)
            finally:
                self._note_accepted_in_any_case()
        return self.count

    def _must_stop(self) -> bool:
        return self.is_over or (self.until is not None and time.monotonic() > self.until)

    def _send_all(self, batch: list[Delivery]) -> None:
        """Send a batch in order; what is left when the relay gives up goes back as it was."""
        held = time.monotonic()
        reasons, write = outbox.why_not(batch), self._write_for(batch)
        while batch:
            if time.monotonic() - held > settings.DELIVERY_LEASE / 3:
                batch, held = outbox.renew(batch), time.monotonic()
                if not batch:
                    return
            if self._must_stop():
                outbox.release(batch)
                return
            delivery, began = batch.pop(0), time.monotonic()
            if delivery.pk not in reasons and self._is_full(delivery):
                outbox.release([delivery], reason=_("its domain takes its mail bit by bit"))
                continue
            outcome = Outcome(Verdict.STOPPED, reasons[delivery.pk]) if delivery.pk in reasons else self._attempt(delivery, write)
            state, seconds = self._settle(delivery, outcome), time.monotonic() - began
            log_outcome(delivery, outcome.verdict, state=state, attempts=delivery.attempts + 1, seconds=seconds)
            if self.on_progress:
                self.on_progress(delivery, outcome)
        self._note_accepted()

    def _next_batch(self) -> list[Delivery]:
        """Claim mails that nobody has tried yet together; others one by one, for among them may be the one that kills its sender."""
        self.full = {domain: until for domain, until in self.full.items() if until > time.monotonic()}
        waiting = Delivery.objects.to_send().by_mail().not_at(self.full)
        return outbox.claim(waiting.filter(attempts=0), state=State.SENDING, most=BATCH) or outbox.claim(waiting, state=State.SENDING)

    def _is_full(self, delivery: Delivery) -> bool:
        """Count a mail against what its domain takes in a minute; where that is enough, all others to it stay in the queue, too."""
        domain = delivery.address.rpartition("@")[2].lower()
        rate = settings.DOMAIN_RATES.get(domain)
        if rate and domain not in self.full and (wait := take(action="mail_to_domain", subject=domain, limit=Limit(rate, MINUTE))):
            self.full[domain] = time.monotonic() + wait.total_seconds()
        return domain in self.full

    def _write_for(self, batch: list[Delivery]) -> Write:
        """Load a batch at once; where that fails, load for each mail alone, so that it fails only for the bad one."""
        try:
            return self.writer(batch)
        except Exception:
            log.exception("Loading %s mails together failed; trying each alone", len(batch))
            return lambda delivery: self.writer([delivery])(delivery)

    def _attempt(self, delivery: Delivery, write: Write) -> Outcome:
        try:
            message = write(delivery)
        except Exception as problem:  # a later version may know better, and the next mail may be sound
            log.exception("Mail %s cannot be made", delivery.message_id)
            return Outcome(Verdict.DEFERRED, words_of(problem))
        try:
            return self.channel.send(message, partial(self._hand_over, delivery))
        except Exception as problem:  # a fault of ours at an unknown moment: the lease and settle_doubts() will sort it out
            log.exception("Mail %s broke off", delivery.message_id)
            return Outcome(Verdict.IN_DOUBT, words_of(problem))

    def _hand_over(self, delivery: Delivery) -> float | None:
        until = outbox.hand_over(delivery, accepted=self.accepted)
        self.accepted.clear()
        return until

    def _note_accepted_in_any_case(self) -> None:
        """What this process knows it must not take to its grave because the database is just being started again."""
        for rest in (1, 2, 4, 8):
            try:
                return self._note_accepted()
            except DatabaseError:
                log.exception("%s accepted mails cannot be noted yet", len(self.accepted))
                connection.close()
                time.sleep(rest)
        return self._note_accepted()

    def _note_accepted(self) -> None:
        outbox.mark_sent(self.accepted)
        self.accepted.clear()

    def _settle(self, delivery: Delivery, outcome: Outcome) -> Delivery.State:
        """Write down what became of an attempt; return the state that the mail is in from now on."""
        state = State.SENT
        if outcome.verdict is Verdict.ACCEPTED:
            self.accepted.append(delivery.pk)
            if outcome.provider_id:
                outbox.note_provider_id(delivery, outcome.provider_id)
            self.count += 1
            if self.count == 1:
                resting.end_rest()
        else:
            self._note_accepted()
            state = self._settle_otherwise(delivery, outcome)
        self.breaks = self.breaks + 1 if outcome.broke else 0
        if outcome.verdict is Verdict.RELAY_DOWN or self.breaks >= MOST_BREAKS:
            resting.rest(outcome.reason)
            self.is_over = True
        return state

    def _settle_otherwise(self, delivery: Delivery, outcome: Outcome) -> Delivery.State:
        match outcome.verdict:
            case Verdict.DEFERRED | Verdict.RELAY_DOWN:
                return outbox.put_back(delivery, outcome.reason, wait=outcome.wait)
            case Verdict.STOPPED:
                return outbox.stop(delivery, outcome.reason)
            case Verdict.NO_SUCH_ADDRESS:
                outbox.suppress_address(delivery.address, outcome.reason, kind=Suppression.Kind.REFUSED)
                return outbox.end(delivery, State.FAILED, outcome.reason)
            case Verdict.REFUSED:
                return outbox.end(delivery, State.FAILED, outcome.reason)
            case _:
                log.warning("Mail %s is in doubt: %s", delivery.message_id, outcome.reason)
                return State.HANDING_OVER


def words_of(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:LONGEST_REASON]
