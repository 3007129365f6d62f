"""Writing comments, changing and deleting them; counters exact under any number of connections.

Whoever locks both a paper's counters and a comment locks the counters first, as merging papers does.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.announcing import announce
from accounts.actions.limits import Limit, take
from accounts.actions.memberships import Refused
from accounts.models import User
from papers.actions.counting import lock_stats
from papers.actions.telling import tell_of_comment, tell_of_mentions
from papers.actions.watching import keep_watching
from papers.models import Comment, CommentEdit, ListItem, Mention, Paper, PaperStats

IN_MINUTES, IN_A_DAY = Limit(10, timedelta(minutes=5)), Limit(100, timedelta(days=1))
CHANGES = Limit(60, timedelta(hours=1))
TWICE = timedelta(minutes=10)  # within which the same words are a second click


class TooMany(Refused):
    """Too many comments or changes lately; `wait` is how long until the next one may come."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = -(-int(wait.total_seconds()) // 60)
        super().__init__(_("That was a lot in a short time. Wait %(n)d min, please; your text is still here.") % {"n": minutes})


class Outdated(Exception):
    """A change that was made from an older text than the present one; `comment` is as it stands."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(f"{comment} is at version {comment.version}")
        self.comment = comment


@transaction.atomic
def write_comment(*, author: User, paper: Paper, text: str, item: ListItem | None = None, parent: Comment | None = None) -> Comment:
    """Add a comment, watch its thread for its author, and tell whom it concerns. The same words sent twice are one comment.

    Args:
        item: of a team's list, where only the team reads it; else the comment is public.
        parent: the comment that it answers, of the same discussion.

    Raises:
        TooMany: the author has written a lot lately.
        Refused: what it answers is gone.
        Http404: paper or item are gone.
    """
    within(author, "comment", IN_MINUTES, IN_A_DAY)
    text = tidied(text)
    lately = Comment.objects.filter(author=author, written_at__gt=timezone.now() - TWICE, deleted_at__isnull=True)
    if sent_twice := lately.filter(paper=paper, item=item, parent=parent, text=text).first():
        return sent_twice
    if parent is not None and not Comment.objects.filter(pk=parent.pk, deleted_at__isnull=True, hidden_at__isnull=True).exists():
        raise Refused(_("The comment that you answer is gone; your text is still here."))
    _count(paper, item, +1)
    thread_id = parent.opening_id if parent else None
    comment = Comment.objects.create(paper=paper, item=item, thread_id=thread_id, parent=parent, author=author, text=text)
    keep_watching(user=author, comment=comment)
    tell_of_comment(comment)
    announce("comment.written", by=author, comment=comment.pk)
    return comment


@transaction.atomic
def change_comment(*, comment: Comment, text: str, version: int) -> Comment:
    """Replace a comment's text and keep the earlier one; who is newly mentioned is told.

    Args:
        version: of the comment that the new text was made from.

    Raises:
        Outdated: the comment has changed since then, or it is gone.
        TooMany: its author has changed a lot lately.
    """
    found = Comment.objects.select_for_update(of=("self",)).select_related("paper", "author").get(pk=comment.pk)
    if found.version != version or found.deleted_at or found.author is None:
        raise Outdated(found)
    text = tidied(text)
    if text == found.text:
        return found
    within(found.author, "comment change", CHANGES)
    CommentEdit.objects.create(comment=found, version=version, text=found.text, written_at=found.edited_at or found.written_at)
    found.text, found.version, found.edited_at = text, version + 1, timezone.now()
    found.save(update_fields=["text", "version", "edited_at"])
    tell_of_mentions(found)
    return found


@transaction.atomic
def delete_comment(*, comment: Comment) -> bool:
    """Take a comment's text away and leave its place; return False if that has happened before.

    While a report of it is open, its text stays for those who decide about that.
    """
    found = lock_comment(comment)
    if found.deleted_at:
        return False
    if found.hidden_at is None:
        _count(found.paper, found.item, -1)
    Comment.objects.filter(pk=found.pk).update(deleted_at=Now(), version=F("version") + 1)
    if not found.reports.open().exists():
        drop_texts(comment=found)
    return True


def drop_texts(*, comment: Comment) -> None:
    """Forget what a deleted comment said, and whom it mentioned."""
    Comment.objects.filter(pk=comment.pk).update(text="")
    CommentEdit.objects.filter(comment=comment).delete()
    Mention.objects.filter(comment=comment).delete()


def lock_comment(comment: Comment) -> Comment:
    """Lock the counters of a comment's paper, then the comment, and return it as it is now."""
    if comment.item_id is None:
        lock_stats(papers=[comment.paper_id])
    rows = Comment.objects.select_for_update(of=("self",)).select_related("paper", "item", "author")
    return get_object_or_404(rows, pk=comment.pk)


def within(user: User, action: str, *limits: Limit) -> None:
    """Count one deed of a person, in the transaction that does it; raise TooMany past a limit."""
    for number, limit in enumerate(limits):
        if wait := take(action=f"{action} {number}", subject=f"#{user.pk}", limit=limit):
            raise TooMany(wait)


def _count(paper: Paper, item: ListItem | None, step: int) -> None:
    """Keep others off the counters or the item until the comment is there; without them there is nothing to talk about: 404."""
    if item is not None:
        get_object_or_404(ListItem.objects.select_for_update(no_key=True), pk=item.pk)
    elif not PaperStats.objects.filter(paper=paper).update(comment_count=F("comment_count") + step):
        get_object_or_404(PaperStats, paper=paper)


def tidied(text: str) -> str:
    """Return what somebody typed without what only browsers and haste put around it."""
    return text.replace("\r\n", "\n").strip()
