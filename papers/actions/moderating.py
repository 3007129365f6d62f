"""Reports of comments, and what those who moderate do about them."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.actions.events import record_event
from accounts.actions.limits import Limit
from accounts.models import User
from papers.actions.commenting import IN_A_DAY, drop_texts, lock_comment, within
from papers.markup import plain
from papers.models import Comment, CommentReport, PaperStats

REPORTS = Limit(20, IN_A_DAY.window)
State = CommentReport.State


@transaction.atomic
def report_comment(*, reporter: User, comment: Comment, reason: str, words: str = "") -> CommentReport:
    """Ask those who moderate to look at a comment. A second report of the same reader's replaces the first, until it is settled.

    Raises:
        TooMany: the reader has reported a lot today.
    """
    within(reporter, "report", REPORTS)
    given = {"reason": reason, "words": words.strip()}
    report, is_new = CommentReport.objects.get_or_create(comment=comment, reporter=reporter, defaults=given)
    if not is_new:
        CommentReport.objects.open().filter(pk=report.pk).update(**given)
    return report


@transaction.atomic
def hide_comment(*, comment: Comment, by: User, words: str = "") -> bool:
    """Show a comment to its author and moderators only; its open reports are upheld. Return False if it was hidden before."""
    found = lock_comment(comment)
    _settle(found, by=by, state=State.UPHELD)
    if found.hidden_at or found.deleted_at:
        return False
    _show(found, is_hidden=True)
    _tell_author("comment.hidden", found, by, words)
    return True


@transaction.atomic
def restore_comment(*, comment: Comment, by: User) -> bool:
    """Show a hidden comment again; return False if it is not hidden."""
    found = lock_comment(comment)
    if found.hidden_at is None:
        return False
    _show(found, is_hidden=False)
    _tell_author("comment.restored", found, by)
    return True


@transaction.atomic
def warn_author(*, comment: Comment, by: User, words: str) -> None:
    """Tell an author that something was wrong, and leave the comment; its open reports are upheld."""
    found = lock_comment(comment)
    _settle(found, by=by, state=State.UPHELD)
    _tell_author("comment.warned", found, by, words)


@transaction.atomic
def dismiss_reports(*, comment: Comment, by: User) -> int:
    """Say that a comment may stay; return how many reports that settles."""
    return _settle(lock_comment(comment), by=by, state=State.DISMISSED)


def _show(comment: Comment, *, is_hidden: bool) -> None:
    Comment.objects.filter(pk=comment.pk).update(hidden_at=Now() if is_hidden else None, version=F("version") + 1)
    if comment.item_id is None and comment.deleted_at is None:
        step = -1 if is_hidden else +1
        PaperStats.objects.filter(paper=comment.paper_id).update(comment_count=F("comment_count") + step)


def _settle(comment: Comment, *, by: User, state: State) -> int:
    """Close the open reports of a comment and tell their makers; what its author has deleted need not be kept any longer."""
    reports = comment.reports.open().select_for_update(of=("self",)).select_related("reporter")
    tell = [report.reporter for report in reports if report.reporter]
    settled: int = comment.reports.open().update(state=state, settled_by=by, settled_at=Now())
    if tell:
        record_event(kind=f"comment.{state}", actor=by, tell=tell, path=comment.get_absolute_url(), paper=plain(comment.paper.title))
    if comment.deleted_at:
        drop_texts(comment=comment)
    return settled


def _tell_author(kind: str, comment: Comment, by: User, words: str = "") -> None:
    if comment.author:
        facts: dict[str, Any] = {"paper": plain(comment.paper.title), "words": words.strip() or "—"}
        record_event(kind=kind, actor=by, person=comment.author, tell=[comment.author], path=comment.get_absolute_url(), **facts)
