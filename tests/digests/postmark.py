"""A provider on the loopback that answers as the documented APIs of Postmark (POST /email) and Resend (POST /emails) do."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "server-token"


@dataclass
class Provider:
    """Takes everything with the right token until told otherwise, by address: a status, "hang", "cut" or "inactive"."""

    to: dict[str, int | str] = field(default_factory=dict)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)  # Resend's: the id of what was taken under each


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/emails":
            return self._take_once(mail)
        if self.path != "/email" or self.headers["X-Postmark-Server-Token"] != TOKEN:
            return self._say(401, {"ErrorCode": 10, "Message": "Bad or missing Server API token."})
        address = mail["To"].rpartition("<")[2].strip("<>")
        match self.server.provider.to.get(address):  # type: ignore[attr-defined]
            case int(status):
                return self._say(status, {"ErrorCode": status, "Message": "No."})
            case "hang":
                time.sleep(3)
                return None
            case "cut":
                self.close_connection = True
                return None
            case "inactive":
                words = f"You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: {address}.\n"
                return self._say(
                    422, {"ErrorCode": 406, "Message": words + "Inactive recipients are ones that have generated a hard bounce."}
                )
        return self._take(mail)

    def _take_once(self, mail: dict[str, Any]) -> None:
        """Take a mail unless one of its key was taken; where told so, without an answer."""
        provider, key = self.server.provider, self.headers["Idempotency-Key"]  # type: ignore[attr-defined]
        if key not in provider.keys:
            provider.keys[key] = str(uuid.uuid4())
            provider.accepted.append(mail)
        if provider.to.pop(mail["to"][0], "") == "take and cut":
            self.close_connection = True
        else:
            self._say(200, {"id": provider.keys[key]})

    def _take(self, mail: dict[str, Any]) -> None:
        provider, number = self.server.provider, str(uuid.uuid4())  # type: ignore[attr-defined]
        provider.accepted.append(mail)
        provider.ids.append(number)
        self._say(200, {"To": mail["To"], "SubmittedAt": "2026-11-27T08:00:00Z", "MessageID": number, "ErrorCode": 0, "Message": "OK"})

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running_provider() -> Iterator[tuple[Provider, str]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.provider = provider = Provider()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield provider, f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
