"""A relay in a process of its own: `python -m tests.faults.relay PORT JOURNAL`.

It notes every mail it accepts in the journal. With --murders it now and then kills the process that brings a mail, with -9, at one
of the moments that matter; with --moods it misbehaves as relays and networks do. Mail to dead…@ is always refused.
"""

# ruff: noqa: N802 - the names are aiosmtpd's

import argparse
import asyncio
import os
import random
import re
import signal
from contextlib import suppress

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session


class Relay:
    """What it does at each step; a probability is of all mails, at each of its moments."""

    def __init__(self, journal: str, *, murders: float, moods: float, pause: float, hang: float, pipelining: bool) -> None:
        self.journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.murders, self.moods, self.pause, self.hang, self.pipelining = murders, moods, pause, hang, pipelining

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        await asyncio.sleep(self.pause)
        envelope.mail_from = address
        return "421 4.3.2 shutting down" if self._is_moody() else "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if random.random() < self.murders:
            kill_client(session)  # before the dot: nothing was sent
        if address.startswith("dead"):
            return "550 5.1.1 nobody here"
        if self._is_moody():
            return "451 4.7.1 come back later"
        if self._is_moody():
            await asyncio.sleep(self.hang)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called after the dot: from its line in the journal on, a mail is accepted."""
        await asyncio.sleep(self.pause)
        if answer := await self._before_acceptance(server, session):
            return answer
        assert isinstance(envelope.content, bytes)
        os.write(self.journal, f"accepted {_message_id(envelope.content)} {envelope.rcpt_tos[0]}\n".encode())
        if random.random() < self.murders:
            kill_client(session)  # it was accepted, and nobody hears the answer
        if self._is_moody():
            await asyncio.sleep(self.hang)
        if self._is_moody():
            _cut(server)
        return "250 accepted"

    async def _before_acceptance(self, server: SMTP, session: Session) -> str:
        """Whether the mail is refused though its dot came."""
        if random.random() < self.murders:
            kill_client(session)
            return "451 too late: the dot came, and the mail was not accepted"
        if random.random() < self.murders:
            kill_client(session)  # and accept it nevertheless
        if self._is_moody():
            return "451 4.3.0 try again"
        if self._is_moody():
            await asyncio.sleep(self.hang)
            return "451 4.3.0 took too long"
        if self._is_moody():
            _cut(server)
            return "451 4.3.0 gone"
        return ""

    def _is_moody(self) -> bool:
        return random.random() < self.moods

    async def is_cut_in_the_body(self, server: SMTP) -> bool:
        if not self._is_moody():
            return False
        await server.push("354 go on")
        await server._reader.read(100)
        _cut(server)
        return True


class Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        if self.envelope and self.envelope.rcpt_tos and await self.event_handler.is_cut_in_the_body(self):
            return
        await super().smtp_DATA(arg)


def _message_id(content: bytes) -> str:
    found = re.search(rb"(?mi)^message-id:\s*(<[^>]+>)", content)
    assert found
    return found[1].decode()


def _cut(server: SMTP) -> None:
    assert server.transport
    server.transport.abort()


def kill_client(session: Session) -> None:
    assert session.peer
    address = session.peer[:2]
    for connection in psutil.net_connections("tcp4"):
        if connection.laddr == address and connection.pid:
            with suppress(ProcessLookupError):
                os.kill(connection.pid, signal.SIGKILL)


async def main(port: int, relay: Relay) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(relay, hostname="relay", loop=loop), "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("journal")
    for name in ("murders", "moods", "pause"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    parser.add_argument("--hang", type=float, default=3.0)  # seconds; above the senders' timeout
    parser.add_argument("--pipelining", action="store_true")
    chosen = vars(parser.parse_args())
    asyncio.run(main(chosen.pop("port"), Relay(chosen.pop("journal"), **chosen)))
