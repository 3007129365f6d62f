"""The demo library: real, well-known papers and a dozen demo readers with tastes of their own."""

from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(__file__).parent / "library.jsonl"
SOURCE = "demo library"
PASSWORD = "lectern-demo"  # noqa: S105 - a demo account's password is printed on the first page of the docs
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
    slug: str
    title: str
    description: str
    members: tuple[str, ...]  # handles; the first one owns the team
    topic: str


def readers() -> tuple[DemoReader, ...]:
    return READERS


READERS: tuple[DemoReader, ...] = ()
TEAMS: tuple[DemoTeam, ...] = ()
