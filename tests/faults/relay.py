"""A murderous relay in a process of its own: `python -m tests.faults.relay PORT JOURNAL`.

It notes every mail it accepts in the journal, and now and then kills the process that brings
one, with -9, at one of the moments that matter. Real relays do not; power cuts do.
"""

# ruff: noqa: N802 - the names are aiosmtpd's

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from email import message_from_bytes

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session

MURDERS = 0.012  # of all mails, at each of the four moments
LATEST = 0.02  # seconds for an answer


class Relay:
    def __init__(self, journal: str) -> None:
        self.journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if random.random() < MURDERS:
            kill_client(session)  # before the dot: nothing was sent
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called after the dot: from its line in the journal on, a mail is accepted."""
        assert isinstance(envelope.content, bytes)
        moment = random.random() / MURDERS
        await asyncio.sleep(random.uniform(0, LATEST))
        if moment < 2:
            kill_client(session)
        if moment < 1:
            return "451 too late: the dot came, and the mail was not accepted"
        os.write(self.journal, f"accepted {message_from_bytes(envelope.content)['Message-ID']} {envelope.rcpt_tos[0]}\n".encode())
        if 2 <= moment < 3:
            kill_client(session)  # it was accepted, and nobody hears the answer
        await asyncio.sleep(random.uniform(0, LATEST))
        return "250 accepted"


def kill_client(session: Session) -> None:
    assert session.peer
    address = session.peer[:2]
    for connection in psutil.net_connections("tcp4"):
        if connection.laddr == address and connection.pid:
            with suppress(ProcessLookupError):
                os.kill(connection.pid, signal.SIGKILL)


async def main(port: int, journal: str) -> None:
    relay, loop = Relay(journal), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(relay, hostname="relay", loop=loop), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
