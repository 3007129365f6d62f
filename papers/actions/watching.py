"""Watching a discussion or a thread, and muting it."""

from typing import Any

from django.db import transaction

from accounts.models import User
from papers.models import Comment, ListItem, Paper, Watch

Target = Paper | ListItem | Comment


@transaction.atomic
def watch(*, user: User, target: Target, is_muted: bool = False) -> Watch:
    """Listen to what is said about a paper, a team's item or in a thread, or want to hear nothing of it."""
    made, _is_new = Watch.objects.update_or_create(user=user, **_named(target), defaults={"is_muted": is_muted})
    return made


def stop_watching(*, user: User, target: Target) -> bool:
    """Take a wish back, be it to hear or not to hear; return whether there was one."""
    deleted, _ = Watch.objects.filter(user=user, **_named(target)).delete()
    return bool(deleted)


def keep_watching(*, user: User, comment: Comment) -> None:
    """Watch the thread of one's own comment, unless something else was wished before."""
    Watch.objects.bulk_create([Watch(user=user, thread_id=comment.opening_id)], ignore_conflicts=True)


def _named(target: Target) -> dict[str, Any]:
    if isinstance(target, Comment):
        return {"thread": target.thread or target}
    return {"item" if isinstance(target, ListItem) else "paper": target}
