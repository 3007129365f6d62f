"""A server that answers as the documented services do, including the ways in which they fail."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Deposit:
    """One preprint of the archive."""

    number: int
    title: str = ""
    authors: str = "A. First, B. Second"
    comment: str = ""
    abstract: str = "We study a thing."
    deleted: bool = False
    dates: tuple[str, ...] = ("Mon, 2 Nov 2026 09:00:00 GMT",)
    changed: str = "2026-11-02"

    @property
    def arxiv_id(self) -> str:
        return f"2611.{self.number:05}"


@dataclass
class Archive:
    """What the hosts know, what goes wrong next, and what they were asked.

    Attributes:
        faults: for the requests to come, in order: a status with its headers, bytes to send instead, or None for a good answer.
    """

    deposits: list[Deposit] = field(default_factory=list)
    faults: deque[Any] = field(default_factory=deque)
    asked: list[tuple[float, str, str]] = field(default_factory=list)
    page: int = 10
    tokens_alive: bool = True
    works: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, bytes] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0
    slowness: float = 0.0
    url: str = ""

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        if path == "/oai":
            return 200, self.oai(query)
        if path == "/api/query":
            return 200, self.search(query)
        if path.startswith("/works/"):
            work = self.works.get(unquote(path.removeprefix("/works/")))
            return (200, json.dumps({"status": "ok", "message": work}).encode()) if work else (404, b"Resource not found.")
        if path == "/search":  # Europe PMC
            found = [{"id": "1", "source": "MED", "doi": self.numbers[query["query"]]}] if query["query"] in self.numbers else []
            return 200, json.dumps({"hitCount": len(found), "resultList": {"result": found}}).encode()
        if path in self.feeds:
            return 200, self.feeds[path]
        return 404, b"nothing here"

    # OAI-PMH 2.0, arXivRaw

    def oai(self, query: dict[str, str]) -> bytes:
        if token := query.get("resumptionToken"):
            if not self.tokens_alive:
                return _oai('<error code="badResumptionToken">expired</error>')
            since, start = token.split("|")
        else:
            since, start = query.get("from", ""), "0"
        found = [deposit for deposit in self.deposits if deposit.changed >= since]
        if not found:
            return _oai('<error code="noRecordsMatch"/>')
        begin = int(start)
        end = begin + self.page
        token = f"{since}|{end}" if end < len(found) else ""
        records = "".join(_oai_record(deposit) for deposit in found[begin:end])
        return _oai(f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>")

    # the search API

    def search(self, query: dict[str, str]) -> bytes:
        ids = [each for each in query.get("id_list", "").split(",") if each]
        found = [deposit for deposit in self.deposits if not ids or deposit.arxiv_id in ids]
        if not ids:
            since = query["search_query"].split("[")[1][:12]
            found = [deposit for deposit in found if _minute(deposit) >= since]
        start, size = int(query["start"]), int(query["max_results"])
        entries = "".join(_entry(deposit) for deposit in found[start : start + size])
        total = f'<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{len(found)}</opensearch:totalResults>'
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{total}{entries}</feed>'.encode()


def _minute(deposit: Deposit) -> str:
    return deposit.changed.replace("-", "") + "0900"


def _oai(inside: str) -> bytes:
    head = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-24T08:00:00Z</responseDate>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{inside}</OAI-PMH>'.encode()


def _oai_record(deposit: Deposit) -> str:
    if deposit.deleted:
        return f'<record><header status="deleted"><identifier>oai:arXiv.org:{deposit.arxiv_id}</identifier></header></record>'
    versions = "".join(f'<version version="v{n}"><date>{date}</date></version>' for n, date in enumerate(deposit.dates, start=1))
    texts = {
        "id": deposit.arxiv_id,
        "title": deposit.title or f"Paper {deposit.number}",
        "authors": deposit.authors,
        "categories": "cs.CL cs.LG",
        "comments": deposit.comment,
        "abstract": deposit.abstract,
    }
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
    raw = f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">{versions}{inside}</arXivRaw>'
    header = f"<header><identifier>oai:arXiv.org:{deposit.arxiv_id}</identifier><datestamp>{deposit.changed}</datestamp></header>"
    return f"<record>{header}<metadata>{raw}</metadata></record>"


def _entry(deposit: Deposit) -> str:
    authors = "".join(f"<author><name>{escape(name.strip())}</name></author>" for name in deposit.authors.split(","))
    return (
        f"<entry><id>http://arxiv.org/abs/{deposit.arxiv_id}v1</id><published>2026-11-02T09:00:00Z</published>"
        f"<updated>{deposit.changed}T09:00:00Z</updated><title>{escape(deposit.title or f'Paper {deposit.number}')}</title>"
        f"<summary>{escape(deposit.abstract)}</summary>{authors}"
        '<category term="cs.LG"/><category term="cs.CL"/>'
        '<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"/></entry>'
    )


@contextmanager
def serving(archive: Archive) -> Iterator[Archive]:
    """Serve an archive on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            archive.at_once += 1
            archive.most_at_once = max(archive.most_at_once, archive.at_once)
            archive.asked.append((time.monotonic(), self.path, self.headers.get("User-Agent", "")))
            time.sleep(archive.slowness)
            fault = archive.faults.popleft() if archive.faults else None
            parts = urlsplit(self.path)
            status, body = archive.answer(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
            headers: dict[str, str] = {}
            if isinstance(fault, tuple):
                status, headers = fault
            elif callable(fault):
                body = fault(body)
            archive.at_once -= 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    archive.url = f"http://127.0.0.1:{server.server_port}"
    yield archive
    server.shutdown()
    server.server_close()
    thread.join()
