"""Announcing to programs what happened. Where no program wants to hear of it, it costs one look and writes nothing."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, transaction

from accounts.events import LISTENERS
from accounts.hints import hint
from accounts.models import Announcement, User

log = logging.getLogger(__name__)


def announce(kind: str, *, by: User | None = None, **facts: Any) -> None:
    """Write down for programs that something happened, in the transaction in which it did.

    Args:
        kind: such as paper.voted; digests.models.webhook lists them.
        by: who did it.
        facts: keys, and words only where what they name is gone.
    """
    announce_each(kind, [facts | {"by": by.pk if by else None}])


def announce_each(kind: str, happened: Iterable[dict[str, Any]]) -> None:
    """Write down many things of one kind; never the reason why what happened fails."""
    if not any(is_wanted(kind) for is_wanted in LISTENERS):
        return
    try:
        with transaction.atomic():
            made = Announcement.objects.bulk_create((Announcement(kind=kind, facts=facts) for facts in happened), batch_size=1_000)
    except DatabaseError:
        log.exception("Programs are not told of %s", kind)
        return
    if made:
        hint("digests.post")
