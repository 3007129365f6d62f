"""A server that answers as Zotero's Web API v3 is documented: versions, 412 and 428, at most 50 objects, Backoff, and partial failures.

https://www.zotero.org/support/dev/web_api/v3/write_requests and …/basics
"""

import json
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = re.compile(r"[23456789A-NP-Z]{8}")
FIELDS = {
    "preprint": {"title", "creators", "abstractNote", "date", "DOI", "url", "extra", "repository", "archiveID"},
    "journalArticle": {"title", "creators", "abstractNote", "date", "DOI", "url", "extra", "publicationTitle"},
    "note": {"note", "parentItem"},
    "attachment": {"title", "parentItem", "linkMode"},
}
COMMON = {"key", "version", "itemType", "tags", "collections", "relations"}


@dataclass
class Library:
    """One library and its key; `faults` are answers to come, in order: a status with headers, headers alone, or None."""

    version: int = 10
    key: str = "P9NiFoyLeZu2bZNvvuQPDWsd"
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: deque[Any] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    access: dict[str, Any] = field(default_factory=lambda: {"user": {"library": True, "write": True, "notes": True}})
    refuses: str = ""  # a title that it will not have
    url: str = ""

    def change(self, key: str, **facts: Any) -> None:
        """Somebody changes an item in Zotero."""
        self.version += 1
        self.items[key] |= facts | {"version": self.version}

    def called(self, title: str) -> dict[str, Any]:
        [item] = [item for item in self.items.values() if item.get("title") == title]
        return item

    def shown(self, item: dict[str, Any]) -> dict[str, Any]:
        children = sum(other.get("parentItem") == item["key"] for other in self.items.values())
        library = {"type": "user", "id": 1, "name": "alice"}
        return {"key": item["key"], "version": item["version"], "library": library, "meta": {"numChildren": children}, "data": item}

    def post(self, kind: str, objects: list[dict[str, Any]]) -> dict[str, Any]:
        """Each object by itself; all that are written have one version."""
        answer: dict[str, Any] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        version, here = self.version + 1, self.items if kind == "items" else self.collections
        for place, sent in enumerate(objects):
            if problem := self.problem(kind, sent):
                answer["failed"][str(place)] = {"key": sent.get("key", ""), "code": problem[0], "message": problem[1]}
                continue
            before = here.get(sent["key"], {"tags": [], "collections": []} if kind == "items" else {})
            after = before | sent | {"version": before.get("version", 0)}
            if after == before:
                answer["unchanged"][str(place)] = sent["key"]
                continue
            here[sent["key"]] = after | {"version": version}
            answer["successful"][str(place)] = {"key": sent["key"], "version": version, "data": here[sent["key"]]}
            answer["success"][str(place)] = sent["key"]
        self.version = version if answer["success"] else self.version
        return answer

    def problem(self, kind: str, sent: dict[str, Any]) -> tuple[int, str] | None:
        """Return the code and words with which an object is refused."""
        here = (self.items if kind == "items" else self.collections).get(sent.get("key", ""))
        if not KEY.fullmatch(sent.get("key", "")):
            return 400, "'key' is not valid"
        if "version" not in sent:
            return 428, "'version' must be provided"
        if here is None and sent["version"]:
            return 404, "Item doesn't exist (to create, use version 0)"
        if here is not None and here["version"] != sent["version"]:
            return 412, f"Item has been modified since specified version (expected {sent['version']}, found {here['version']})"
        if kind == "items":
            return self.item_problem((here or {}) | sent)
        return None

    def item_problem(self, item: dict[str, Any]) -> tuple[int, str] | None:
        unknown = set(item) - COMMON - FIELDS.get(item.get("itemType", ""), set())
        if self.refuses and item.get("title") == self.refuses:
            return 413, "The title is too long"
        if unknown:
            return 400, f"'{sorted(unknown)[0]}' is not a valid field for type '{item.get('itemType')}'"
        if set(item.get("collections", [])) - set(self.collections):
            return 409, "Collection not found"
        if "parentItem" in item and item["parentItem"] not in self.items:
            return 409, "Parent item not found"
        return None

    def delete(self, keys: list[str]) -> None:
        self.version += 1
        for key in keys:
            self.items.pop(key, None)
            for child in [other["key"] for other in self.items.values() if other.get("parentItem") == key]:
                del self.items[child]


class _Handler(BaseHTTPRequestHandler):
    library: Library
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer("GET")

    def do_POST(self) -> None:
        self.answer("POST")

    def do_DELETE(self) -> None:
        self.answer("DELETE")

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""

    def answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.library.asked.append(f"{method} {url.path}")
        fault = self.library.faults.popleft() if self.library.faults else None
        if isinstance(fault, tuple):
            return self.send(fault[0], {"faulty": True}, fault[1])
        status, content = self.content(method, url.path, query, body)
        return self.send(status, content, {"Last-Modified-Version": str(self.library.version)} | (fault or {}))

    def content(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, Any]:
        library, sent = self.library, self.headers.get("Zotero-API-Key") or self.headers.get("Authorization", "").removeprefix("Bearer ")
        if path.startswith("/keys/"):
            known = sent == library.key
            return (200, {"key": sent, "userID": 1, "username": "alice", "access": library.access}) if known else (404, {})
        if sent != library.key or not path.startswith("/users/1/"):
            return 403, "Invalid key"
        kind = path.removeprefix("/users/1/").strip("/")
        if method == "GET":
            return self.read(kind, query)
        if method == "POST":
            objects = json.loads(body)
            return (413, "Too many") if len(objects) > 50 else (200, library.post(kind, objects))
        return self.delete(query)

    def read(self, kind: str, query: dict[str, str]) -> tuple[int, Any]:
        library = self.library
        if kind == "collections":
            return 200, [{"key": each["key"], "version": each["version"], "data": each} for each in library.collections.values()]
        found = list(library.items.values())
        if "itemKey" in query:
            found = [item for item in found if item["key"] in query["itemKey"].split(",")]
        if kind.startswith("collections/"):
            found = [item for item in found if kind.split("/")[1] in item["collections"]]
        if kind.endswith("/children"):
            found = [item for item in found if item.get("parentItem") == kind.split("/")[1]]
        start, limit = int(query.get("start", 0)), int(query.get("limit", 25))
        return 200, [library.shown(item) for item in found[start : start + limit]]

    def delete(self, query: dict[str, str]) -> tuple[int, Any]:
        seen = self.headers.get("If-Unmodified-Since-Version")
        if seen is None:
            return 428, "If-Unmodified-Since-Version not provided"
        if int(seen) < self.library.version:
            return 412, "Library has been modified"
        self.library.delete(query["itemKey"].split(","))
        return 204, None

    def send(self, status: int, content: Any, headers: dict[str, str]) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def zotero() -> Iterator[Library]:
    """Run a server with one library on a port of its own."""
    library = Library()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"library": library}))
    library.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield library
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
