"""A relay in a process of its own that notes every mail it accepts: `python -m tests.faults.relay PORT JOURNAL`.

It answers a little late, before and after it has noted the mail, so that kills land in between.
"""

# ruff: noqa: N802 - the names are aiosmtpd's

import asyncio
import os
import random
import sys
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, Envelope, Session

LATEST = 0.02  # seconds


class Journalist:
    def __init__(self, journal: str) -> None:
        self.journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called after the dot: from the line in the journal on, the mail counts as accepted."""
        assert isinstance(envelope.content, bytes)
        await asyncio.sleep(random.uniform(0, LATEST))
        os.write(self.journal, f"accepted {message_from_bytes(envelope.content)['Message-ID']} {envelope.rcpt_tos[0]}\n".encode())
        await asyncio.sleep(random.uniform(0, LATEST))
        return "250 accepted"


async def main(port: int, journal: str) -> None:
    journalist, loop = Journalist(journal), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(journalist, hostname="relay", loop=loop), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
