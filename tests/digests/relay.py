"""A real SMTP relay on the loopback, in a thread, that can be told to misbehave."""

# ruff: noqa: N802 - the names are aiosmtpd's

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.env import Relay


@dataclass
class RelayBehaviour:
    """Answers by address or by mail; everything not named here is accepted."""

    to_recipient: dict[str, str] = field(default_factory=dict)  # address -> answer to RCPT, or "hang" or "cut"
    to_content: dict[str, str] = field(default_factory=dict)  # address -> answer to the dot, or "hang" or "cut"
    to_sender: str = ""
    before_dot: Callable[[], None] = lambda: None  # runs while a mail's address is being taken
    at_recipient: Callable[[str], None] = lambda _address: None  # the same, told which address
    extensions: list[str] = field(default_factory=list)
    takes_refused: bool = False  # whether DATA is welcome though no address was
    accepted: list[Message] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)  # the same as they came
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        self.seen["connections"] += 1
        session.host_name = hostname
        return [*responses[:-1], *(f"250-{extension}" for extension in self.extensions), responses[-1]]

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.seen["mails"] += 1
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        await asyncio.to_thread(self.before_dot)
        await asyncio.to_thread(self.at_recipient, address)
        if answer := await self._answer(self.to_recipient.get(address, ""), server):
            if self.takes_refused:
                envelope.rcpt_tos.append(address)
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.seen["dots"] += 1
        address = envelope.rcpt_tos[0]
        if answer := await self._answer(self.to_content.get(address, ""), server):
            return answer
        assert isinstance(envelope.content, bytes)
        self.accepted.append(message_from_bytes(envelope.content))
        self.contents.append(envelope.content)
        self.recipients.append(address)
        self.senders.append(envelope.mail_from or "")
        return "250 accepted"

    async def _answer(self, answer: str, server: SMTP) -> str:
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "cut":
            assert server.transport
            server.transport.abort()
        return answer

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.accepted]


@contextmanager
def running_relay(**options: Any) -> Iterator[tuple[RelayBehaviour, Relay]]:
    """Start a relay; options are aiosmtpd's, such as an authenticator."""
    behaviour, port = RelayBehaviour(), free_port()
    controller = Controller(behaviour, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield behaviour, relay_at(port)
    finally:
        controller.stop()


def relay_at(port: int) -> Relay:
    return Relay("127.0.0.1", port, "", "", starttls=False, tls=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
