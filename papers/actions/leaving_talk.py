"""What somebody said in discussions: handed out, and taken back when the person leaves."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.parts import File, json_file
from papers.actions.counting import lock_stats
from papers.models import Comment, CommentEdit, CommentReport, Mention, Watch

CHUNK = 500  # rows in memory at a time
COLUMNS = ("text", "written_at", "edited_at", "deleted_at", "hidden_at")
PLACE = {"slug": F("paper__slug"), "team": F("item__reading_list__owner__name"), "list": F("item__reading_list__slug")}
Rows = Iterable[Mapping[str, object]]


def talk_files(user: User) -> Iterator[File]:
    """Yield the files of an export that are about discussions."""
    comments = Comment.objects.filter(author=user).order_by("pk")
    yield json_file("papers/comments.json", _("your comments"), _rows(comments, "id", "thread", "parent", *COLUMNS, **PLACE))
    edits = CommentEdit.objects.filter(comment__author=user).order_by("pk")
    yield json_file("papers/comment-edits.json", _("what your comments said before"), _rows(edits, "comment", "text", "written_at"))
    mentions = Mention.objects.filter(user=user).order_by("pk")
    yield json_file("papers/mentions.json", _("comments that mention you"), _rows(mentions, "comment", "handle"))
    watches = Watch.objects.filter(user=user).order_by("pk")
    named = {"slug": F("paper__slug"), "list_item": F("item")}
    yield json_file("papers/watches.json", _("where you listen, and where not"), _rows(watches, "thread", "is_muted", "since", **named))
    reports = CommentReport.objects.filter(reporter=user).order_by("pk")
    yield json_file("papers/reports.json", _("what you reported"), _rows(reports, "comment", "reason", "words", "state", "made_at"))


@transaction.atomic
def fall_silent(*, user: User) -> int:
    """Take the words of somebody who leaves out of every discussion; the places stay. Return how many comments that were."""
    said = Comment.objects.filter(author=user)
    counted = said.counted()
    stats = lock_stats(papers=counted.values("paper"))
    list(said.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    times = counted.filter(paper=OuterRef("pk")).order_by().values("paper").annotate(n=Count("pk")).values("n")
    stats.update(comment_count=F("comment_count") - Coalesce(Subquery(times), 0))
    CommentEdit.objects.filter(comment__author=user).delete()
    Mention.objects.filter(comment__author=user).delete()
    return said.update(text="", deleted_at=Coalesce("deleted_at", Now()), version=F("version") + 1)


def _rows(rows: QuerySet[Any], *columns: str, **named: F) -> Rows:
    return rows.values(*columns, **named).iterator(CHUNK)
