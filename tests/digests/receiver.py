"""A real HTTP server on the loopback, in a thread, that takes posts as chats and programs do, or misbehaves when told to."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str]]


@dataclass
class Receiver:
    """What it answers next, and what it was sent.

    Attributes:
        answers: for the posts to come, in order: a status with headers, or "hang", "cut", "flood" or "drip"; then 200.
    """

    url: str = ""
    answers: deque[Answer | str] = field(default_factory=deque)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None  # runs while a post is being taken
    at_once: int = 0
    most_at_once: int = 0

    @property
    def contents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.posts]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.receiver, self.over = receiver, threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        receiver, size = self.server.receiver, int(self.headers["Content-Length"])
        body = self.rfile.read(size)
        if len(body) < size:
            return  # the sender went away before it had said all
        receiver.at_once += 1
        receiver.most_at_once = max(receiver.at_once, receiver.most_at_once)
        receiver.posts.append((dict(self.headers), body))
        receiver.meanwhile()
        with suppress(OSError):  # the sender had enough
            self.answer(receiver.answers.popleft() if receiver.answers else (200, {}))
        receiver.at_once -= 1

    def answer(self, answer: Answer | str) -> None:
        if isinstance(answer, str):
            getattr(self, answer)()
        else:
            self.send(*answer)

    def hang(self) -> None:
        self.server.over.wait(60)

    def cut(self) -> None:
        self.connection.close()

    def flood(self) -> None:
        """Say yes, with five megabytes."""
        self.send(200, {})
        for _ in range(5 * 2**10):
            self.wfile.write(b"x" * 2**10)

    def drip(self) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 600:
            self.wfile.write(bytes([letter]))
            time.sleep(0.05)

    def send(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = _Server(receiver)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/s3cret-part-of-it"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
