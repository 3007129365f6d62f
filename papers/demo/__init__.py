"""The demo library: real, well-known papers and a dozen demo readers with tastes of their own."""

from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(__file__).parent / "library.jsonl"
SOURCE = "demo library"
PASSWORD = "lectern-demo"  # noqa: S105 - no secret: it is printed at every start
DOMAIN = "demo.example"  # reserved by RFC 2606: no mail to it can reach anybody


@dataclass(frozen=True)
class DemoReader:
    """A demo account; `topics` are clusters of the library, the favourite first."""

    handle: str
    name: str
    topics: tuple[str, ...]

    @property
    def email(self) -> str:
        return f"{self.handle.removeprefix('demo-')}@{DOMAIN}"


@dataclass(frozen=True)
class DemoTeam:
    """A demo team with one shared list on a topic; the first of `members` (handles) owns it."""

    slug: str
    title: str
    description: str
    members: tuple[str, ...]
    topic: str
    list_title: str
    list_description: str
