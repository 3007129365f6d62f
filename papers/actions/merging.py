"""Making one paper of two: what readers did with either counts for the one that stays, and every name of the other leads to it."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from papers.actions.counting import lock_stats, recount_votes
from papers.actions.ingest import lock_catalogue
from papers.actions.notes import join_notes
from papers.actions.tagging import carry_tags
from papers.models import (
    Assignment,
    Authorship,
    CitationRecord,
    Comment,
    ListItem,
    OtherName,
    Paper,
    PaperCategory,
    PaperSearch,
    PaperStats,
    PaperSummary,
    ReadingList,
    ReadingState,
    Watch,
)

FILLED = ("arxiv_id", "doi", "key", "abstract", "published_on", "url", "comment", "journal_ref", "licence")
# What a paper has of its own: the counters are made anew, of the others those of the one that stays are kept.
OWN = (CitationRecord, PaperStats, PaperSearch, PaperSummary, Authorship, PaperCategory)


@transaction.atomic
def merge_papers(*, keep: Paper, other: Paper) -> Paper:
    """Make one paper of two and return it.

    Votes, places in lists with their notes and tags, comments, submissions, versions, links and past digests move; a
    reader who voted for both has one vote. Fields that are empty are filled from the other paper.

    Raises:
        ValidationError: both are the same paper.
    """
    if keep.pk == other.pk:
        raise ValidationError(_("A paper cannot be merged with itself."))
    lock_catalogue()
    lists = ReadingList.objects.filter(items__paper=other.pk).values("pk")
    held = list(ReadingList.objects.select_for_update().filter(pk__in=lists).order_by("pk").values_list("pk", flat=True))
    lock_stats(papers=[keep.pk, other.pk])
    keep, other = Paper.objects.get(pk=keep.pk), Paper.objects.get(pk=other.pk)
    _join_notes(keep, other)
    _join_talk(keep, other)
    _join_tags(keep, other)
    _keep_last_word(keep, other)
    _move_rows(keep, other)
    names = _names_of(other)
    other.delete()
    _fill(keep, other)
    OtherName.objects.bulk_create(OtherName(paper=keep, kind=kind, value=value) for kind, value in names if getattr(keep, kind) != value)
    _count_anew(keep, held)
    return keep


def _join_notes(keep: Paper, other: Paper) -> None:
    """Where a list holds both, nothing that somebody wrote is lost."""
    theirs = ListItem.objects.filter(reading_list=OuterRef("reading_list"), paper=other).exclude(note="").values("note")
    join_notes(ListItem.objects.filter(Exists(theirs), paper=keep), theirs)


def _join_talk(keep: Paper, other: Paper) -> None:
    """Where a list holds both, what the team said about either, who listens and who presents it are of the item that stays."""
    theirs = dict(ListItem.objects.in_lists().filter(paper=other).values_list("reading_list_id", "pk"))
    for item in ListItem.objects.filter(paper=keep, reading_list__in=theirs).select_related("reading_list"):
        twin = theirs[item.reading_list.pk]
        Comment.objects.filter(item=twin).update(item=item)
        for model in (Watch, Assignment):
            has_one = model._base_manager.filter(item=item).values_list("user_id", flat=True)
            model._base_manager.filter(item=twin).exclude(user_id__in=has_one).update(item=item)


def _join_tags(keep: Paper, other: Paper) -> None:
    """Where a list holds both, the item that stays gets the tags of either."""
    theirs = dict(ListItem.objects.in_lists().filter(paper=other).values_list("reading_list", "pk"))
    both = ListItem.objects.filter(paper=keep, reading_list__in=theirs).values_list("reading_list", "pk")
    carry_tags((theirs[reading_list], item) for reading_list, item in both)


def _keep_last_word(keep: Paper, other: Paper) -> None:
    """Where a reader said something of both, what was said last counts."""
    later = ReadingState.objects.filter(user=OuterRef("user"), paper=other, changed_at__gt=OuterRef("changed_at"))
    ReadingState.objects.filter(Exists(later), paper=keep).delete()


def _move_rows(keep: Paper, other: Paper) -> None:
    """Move every row of every app that points to the other paper, unless its like is there already."""
    for relation in Paper._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        model, name = relation.related_model, relation.field.name  # type: ignore[union-attr]
        if model in OWN and model._base_manager.filter(**{name: keep}).exists():
            continue
        rows = model._base_manager.filter(**{name: other})  # type: ignore[union-attr]
        for columns, condition in _unique_keys(model, name):  # type: ignore[arg-type]
            like = model._base_manager.filter(condition, **{name: keep}, **{column: OuterRef(column) for column in columns})  # type: ignore[union-attr]
            rows = rows.exclude(condition & Exists(like))
        rows.update(**{name: keep})


def _unique_keys(model: type[models.Model], name: str) -> list[tuple[list[str], Q]]:
    """The other columns of each unique key that holds a column, and for which rows the key counts."""
    keys = [each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    return [([column for column in key.fields if column != name], key.condition or Q()) for key in keys if name in key.fields]


def _names_of(paper: Paper) -> list[tuple[str, str]]:
    own = [(kind, getattr(paper, kind)) for kind in OtherName.Kind.values]
    return [(kind, value) for kind, value in own if value]


def _fill(keep: Paper, other: Paper) -> None:
    for name in FILLED:
        if not getattr(keep, name):
            setattr(keep, name, getattr(other, name))
    keep.is_retracted |= other.is_retracted
    keep.first_seen_at = min(keep.first_seen_at, other.first_seen_at)
    keep.author_count = keep.authorships.count()
    keep.save()


def _count_anew(keep: Paper, lists: list[int]) -> None:
    saves = ListItem.objects.in_lists().filter(paper=keep).count()
    comments = Comment.objects.filter(paper=keep).counted().count()
    PaperStats.objects.filter(paper=keep).update(save_count=saves, comment_count=comments)
    recount_votes(papers=[keep.pk])
    left = ListItem.objects.filter(reading_list=OuterRef("pk")).values("reading_list").annotate(n=Count("pk")).values("n")
    ReadingList.objects.filter(Q(pk__in=lists)).update(item_count=Coalesce(Subquery(left), 0))
