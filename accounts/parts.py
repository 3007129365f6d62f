"""What each app keeps about people and teams: how to hand it out, and how to let go of it.

The apps above register their part in settings.DATA_PARTS, so that this one need not know them.
"""

from collections.abc import Iterable
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Team, User


class Part(Protocol):
    """One app's share of what is known about somebody."""

    def export(self, user: User) -> Iterable[tuple[str, str | bytes]]:
        """Yield files for the person's export: name inside the ZIP, and content."""

    def forget_person(self, user: User) -> None:
        """Undo what would be wrong once the person's rows are gone, such as counters; inside the deleting transaction."""

    def forget_team(self, team: Team) -> None:
        """The same for a team."""


@cache
def parts() -> list[Part]:
    """Return every app's part, from the top of the stack down."""
    return [import_string(path)() for path in settings.DATA_PARTS]
