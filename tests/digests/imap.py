"""A small IMAP server on the loopback: as much of RFC 9051 as reading a mailbox takes, and it counts what it is asked."""

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from config.env import Inbox


@dataclass
class Box:
    """A mailbox with its mails, by number; `hangs_up_after` so many were fetched."""

    password: str = "p:w"
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    hangs_up_after: int = -1

    def put(self, *contents: bytes) -> None:
        for content in contents:
            self.mails[len(self.mails) + 1] = content


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("* OK ready")
        for line in self.rfile:
            tag, _space, command = line.decode().strip().partition(" ")
            name = command.removeprefix("UID ").partition(" ")[0].upper()
            self.box.asked[name] += 1
            if name == "FETCH" and self.box.hangs_up_after == self.box.asked[name] - 1:
                return
            self._say(f"{tag} {getattr(self, f'_{name.lower()}', self._unknown)(command)}")
            if name == "LOGOUT":
                return

    @property
    def box(self) -> Box:
        return self.server.box  # type: ignore[attr-defined,no-any-return]

    def _capability(self, _command: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, command: str) -> str:
        return "OK done" if command == f'LOGIN me "{self.box.password}"' else "NO wrong password"

    def _select(self, command: str) -> str:
        self._say(f"* {len(self.box.mails)} EXISTS")
        return "OK done" if command == 'SELECT "INBOX"' else "NO no such folder"

    def _search(self, _command: str) -> str:
        self._say("* SEARCH " + " ".join(str(number) for number in self.box.mails if number not in self.box.seen))
        return "OK done"

    def _fetch(self, command: str) -> str:
        asked = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)
        assert asked
        content = self.box.mails[int(asked[1])][: int(asked[2])]
        self.wfile.write(f"* {asked[1]} FETCH (UID {asked[1]} BODY[]<0> {{{len(content)}}}\r\n".encode() + content + b")\r\n")
        return "OK done"

    def _store(self, command: str) -> str:
        asked = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command)
        assert asked
        self.box.seen.add(int(asked[1]))
        return "OK done"

    def _logout(self, _command: str) -> str:
        self._say("* BYE")
        return "OK done"

    def _unknown(self, _command: str) -> str:
        return "BAD"

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no matter."""


@contextmanager
def running_mailbox() -> Iterator[tuple[Box, Inbox]]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box = Box()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield box, Inbox("127.0.0.1", server.server_address[1], "me", box.password, "INBOX", tls=False)
        finally:
            server.shutdown()
