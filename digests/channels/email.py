"""SMTP with the final dot held back, so that a row can be committed just before it (RFC 5321, 4.1.1.4)."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from typing import Protocol

from digests.channels.base import BeforeDot, Outcome, Server, Verdict, is_over
from digests.channels.journal import is_in_journal
from digests.channels.wire import on_the_wire, sender_of
from digests.reports import Kind, kind_of_bounce, status_in

CLOSING = 421  # "service not available, closing transmission channel": not this mail's fault
LONGEST_REASON = 400  # characters
# The sender's own address (5.1.7, 5.1.8), a quota (5.4.5), or no leave to send elsewhere, in whatever words relays say that.
ABOUT_US = re.compile(r"(?i)\b5\.(?:1\.[78]|4\.5)\b|\brelay(?:ing)?\b|rcpthosts|authentication required")


class Relay(Server, Protocol):
    """Where the relay is and how to get in: what EMAIL_URL says."""

    @property
    def starttls(self) -> bool: ...


class _Answer(Exception):
    """The relay answered with something other than yes."""

    def __init__(self, code: int, text: bytes) -> None:
        self.code = code
        self.words = f"{code} {text.decode(errors='replace')}"[:LONGEST_REASON]
        super().__init__(self.words)


class EmailChannel:
    """One relay. Its connection is made at the first mail, reused, and replaced when it breaks.

    Args:
        timeout: seconds to wait for each answer.
        journal: a file in which the relay notes the Message-IDs it accepted, or "".
    """

    def __init__(self, relay: Relay, *, timeout: float, journal: str = "") -> None:
        self.relay, self.timeout, self.journal = relay, timeout, journal
        self.smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, before_dot: BeforeDot) -> Outcome:
        content = re.sub(rb"(?m)^\.", b"..", on_the_wire(message))
        outcome = self._transmit_up_to_dot(message, content)
        if outcome is None:
            try:
                outcome = Outcome(Verdict.STOPPED) if is_over(before_dot()) else self._finish()
            except BaseException:
                self._hang_up()  # or the next mail would go on in the middle of this one
                raise
        if outcome.verdict is not Verdict.ACCEPTED:
            self._leave_transaction(outcome)
        return outcome

    memory: timedelta | None = None  # of a log nobody knows how old it gets

    def was_accepted(self, message_id: str) -> bool | None:
        return is_in_journal(self.journal, message_id) if self.journal else None

    def close(self) -> None:
        if self.smtp:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.quit()
            self.smtp.close()
        self.smtp = None

    def _transmit_up_to_dot(self, message: EmailMessage, content: bytes) -> Outcome | None:
        """Send everything but the dot; an outcome means that it did not come so far."""
        blame: Callable[[_Answer], Verdict] = _of_sender
        answers = self._open_mail(sender_of(message), message["To"].addresses[0].addr_spec)
        try:
            _expect(2, next(answers))
            blame = _of_recipient
            _expect(2, next(answers))
            blame = _of_content
            _expect(3, next(answers))
            assert self.smtp
            self.smtp.send(content)
        except _Answer as answer:
            self._hear_out(answers)
            return Outcome(blame(answer), answer.words)
        except (OSError, smtplib.SMTPException) as problem:
            return _broke(Verdict.RELAY_DOWN if blame is _of_sender else Verdict.DEFERRED, problem)
        return None

    def _finish(self) -> Outcome:
        """Send the dot; from here on silence, or an answer nobody understands, means doubt."""
        assert self.smtp
        try:
            self.smtp.send(b".\r\n")
            _expect(2, self.smtp.getreply())
        except _Answer as answer:
            return Outcome(_of_content(answer) if 400 <= answer.code < 600 else Verdict.IN_DOUBT, answer.words)
        except (OSError, smtplib.SMTPException) as problem:
            return _broke(Verdict.IN_DOUBT, problem)
        return Outcome(Verdict.ACCEPTED)

    def _open_mail(self, sender: str, recipient: str) -> Iterator[tuple[int, bytes]]:
        """Yield the answers to MAIL, RCPT and DATA; a connection that the relay tired of since the last mail is replaced once."""
        commands = [f"mail FROM:{smtplib.quoteaddr(sender)}", f"rcpt TO:{smtplib.quoteaddr(recipient)}", "data"]
        if self.smtp:
            answers = _say(self.smtp, commands)
            first = (0, b"")
            with suppress(OSError, smtplib.SMTPException):
                first = next(answers)
            if first[0] // 100 == 2:
                yield first
                yield from answers
                return
            self._hang_up()
        self.smtp = self._connect()
        yield from _say(self.smtp, commands)

    def _hear_out(self, answers: Iterator[tuple[int, bytes]]) -> None:
        """Read the answers to what was said in one go; a relay that waits for a mail to an address that it refused is left."""
        if self.smtp and self.smtp.has_extn("pipelining"):
            try:
                if any(code // 100 == 3 for code, _text in answers):
                    self._hang_up()
            except (OSError, smtplib.SMTPException):
                self._hang_up()

    def _connect(self) -> smtplib.SMTP:
        relay, tls = self.relay, ssl.create_default_context()
        if relay.tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=self.timeout, context=tls)
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, timeout=self.timeout)
        try:
            if relay.starttls:
                smtp.starttls(context=tls)
            smtp.ehlo_or_helo_if_needed()
            if relay.user:
                smtp.login(relay.user, relay.password)
            assert smtp.sock
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or the lone dot waits 40 ms for an ACK
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _leave_transaction(self, outcome: Outcome) -> None:
        """Make the connection ready for the next mail, or drop it: amid a mail, or when it broke, nothing else helps."""
        if outcome.verdict in {Verdict.DEFERRED, Verdict.REFUSED, Verdict.NO_SUCH_ADDRESS} and self.smtp:
            with suppress(_Answer, OSError, smtplib.SMTPException):
                _expect(2, self.smtp.rset())
                return
        self._hang_up()

    def _hang_up(self) -> None:
        """Close without a word: an unfinished mail is thrown away by the relay (RFC 5321, 4.1.1.4)."""
        if self.smtp:
            self.smtp.close()
        self.smtp = None


def _say(smtp: smtplib.SMTP, commands: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Yield the answer to each command; all are said in one go to a relay that offers it, which saves two journeys (RFC 2920)."""
    if smtp.has_extn("pipelining"):
        smtp.send("".join(f"{command}\r\n" for command in commands))
        for _command in commands:
            yield smtp.getreply()
    else:
        for command in commands:
            yield smtp.docmd(command)


def _expect(kind: int, answer: tuple[int, bytes]) -> None:
    """Read an answer by its first digit, as RFC 5321 (4.3.2) asks: 2 is done, 3 is go on."""
    if answer[0] // 100 != kind:
        raise _Answer(*answer)


def _of_sender(_answer: _Answer) -> Verdict:
    """No mail of ours is welcome, so the next would fare no better."""
    return Verdict.RELAY_DOWN


def _of_recipient(answer: _Answer) -> Verdict:
    """Blame the address only for what is its own and will not pass, as its status says (RFC 3463), or its code where it has none."""
    verdict, status = _of_content(answer), status_in(answer.words)
    is_gone = kind_of_bounce(status) is Kind.HARD if status else answer.code in {550, 551, 553}
    return Verdict.NO_SUCH_ADDRESS if verdict is Verdict.REFUSED and is_gone else verdict


def _of_content(answer: _Answer) -> Verdict:
    """What a relay holds against us, not against this mail, it would say of the next one, too: then all of them wait."""
    if answer.code in {CLOSING, 530, 535} or ABOUT_US.search(answer.words):
        return Verdict.RELAY_DOWN
    return Verdict.REFUSED if 500 <= answer.code < 600 else Verdict.DEFERRED


def _broke(verdict: Verdict, problem: Exception) -> Outcome:
    return Outcome(verdict, f"{type(problem).__name__}: {problem}"[:LONGEST_REASON], broke=True)
