"""What each app keeps about people and teams: how to hand it out, and how to let go of it.

The apps above register their part in settings.DATA_PARTS, so that this one need not know them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.module_loading import import_string

from accounts.models import Team, User


@dataclass(frozen=True)
class File:
    """A file of somebody's export.

    Args:
        name: inside the ZIP, with folders.
        about: what it is, a line for the export's README.
        pieces: the content, read once and in order, so that no file need fit into memory.
    """

    name: str
    about: str
    pieces: Iterable[str]


def json_file(name: str, about: str, rows: Iterable[Mapping[str, object]]) -> File:
    """Return a file that is a JSON array with one row a line."""
    return File(name, about, _array(rows))


def _array(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


class Part(Protocol):
    """One app's share of what is known about somebody."""

    def export(self, user: User) -> Iterable[File]:
        """Yield the files of the person's export; each is read to its end before the next is asked for."""

    def pause_person(self, user: User) -> None:
        """Stop what is under way for somebody who is about to go; inside the transaction that notes the wish."""

    def forget_person(self, user: User) -> None:
        """Undo what would be wrong once the person's rows are gone, such as counters; inside the deleting transaction."""

    def forget_team(self, team: Team) -> None:
        """The same for a team."""


@cache
def parts() -> list[Part]:
    """Return every app's part, from the top of the stack down."""
    return [import_string(path)() for path in settings.DATA_PARTS]
