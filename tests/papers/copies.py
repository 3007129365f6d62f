"""A program that keeps a copy of a list, in the way of programs for Zotero: it knows what it has by name, and its version."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse

from tests.api import ROOT, Program

Row = tuple[str, tuple[str, ...], int, int]  # note, tags, sort key, version


class Copy:
    """Asks a list for what changed since it last did; `asked` counts the requests and `taken` the items that came."""

    def __init__(self, program: Program, address: str) -> None:
        self.program, self.address = program, address
        self.version, self.items, self.asked, self.taken = 0, dict[str, Row](), 0, 0

    def sync(self, size: int = 100) -> int:
        """Bring the copy up to date and return its version: that of the first answer, as later ones may hold more but never less."""
        version, items = self._all(f"{self.address}items/?since_version={self.version}&size={size}")
        _later, gone = self._all(f"{self.address}deleted/?since_version={self.version}&size={size}")
        for item in items:
            self.items[item["paper"]["slug"]] = (item["note"], tuple(item["tags"]), item["sort_key"], item["version"])
        for paper in gone:
            self.items.pop(paper["slug"], None)
        self.version, self.taken = version, self.taken + len(items)
        return version

    def order(self) -> list[str]:
        return sorted(self.items, key=lambda slug: self.items[slug][2])

    def _all(self, address: str) -> tuple[int, list[dict[str, Any]]]:
        first, rows, following = 0, list[dict[str, Any]](), address
        while following:
            answer = self._ask(following)
            first = first or int(answer["Last-Modified-Version"])
            page = answer.json()
            rows += page["results"]
            following = page["next"] and urlsplit(page["next"])._replace(scheme="", netloc="").geturl().removeprefix(ROOT)
        return first, rows

    def _ask(self, address: str) -> HttpResponse:
        self.asked += 1
        answer = self.program.ask("get", address)
        assert answer.status_code == 200, answer.content
        return answer
