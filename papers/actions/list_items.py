"""Papers of lists in bulk: add, take out, bring back, copy and move hundreds in a fixed number of statements.

Lists are locked before counters, and both in the order of their keys, as everywhere.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Coalesce, Now
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from papers.actions.counting import lock_stats
from papers.actions.list_lock import announce_change, lock_list, lock_two, record
from papers.actions.tagging import carry_tags, own_tags
from papers.models import ListItem, ReadingList
from papers.models.reading_list import KEPT_FOR, ListItemQuerySet

MOST_AT_ONCE = 1_000  # papers in one request
BATCH = 1_000  # rows in one statement


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change of many came to, by the keys of papers; `removal` brings back what was taken out, None where nothing was."""

    done: list[int]
    left: list[int]  # there already, or not there
    removal: UUID | None = None


@transaction.atomic
def add_papers(*, reading_list: ReadingList, papers: Sequence[int], user: User) -> Change:
    """Put papers at the end of a list, in the order given; those that are there stay where they are."""
    locked = lock_list(reading_list)
    wanted = list(dict.fromkeys(papers))
    held = set(locked.items.filter(paper__in=wanted).values_list("paper", flat=True))
    added = [paper for paper in wanted if paper not in held]
    rows = [ListItem(paper_id=paper, added_by=user) for paper in added]
    _append(locked, rows)
    ListItem.objects.bulk_create(rows, batch_size=BATCH)
    _count(locked, added, +1)
    if added:
        record("papers.added", locked, user, count=len(added))
        announce_change(locked, user, "papers_added", added)
    return Change(done=added, left=[paper for paper in wanted if paper in held])


@transaction.atomic
def take_out(
    *, reading_list: ReadingList, papers: Collection[int], user: User | None = None, items: ListItemQuerySet | None = None
) -> Change:
    """Take papers out of a list; they can be brought back for a day with note and place.

    Args:
        items: only these, such as what somebody may change; all of the list's without.
    """
    locked, key = lock_list(reading_list), uuid4()
    chosen = (ListItem.objects.all() if items is None else items).filter(reading_list=locked, paper__in=papers)
    taken = dict(chosen.values_list("pk", "paper"))
    removed = {"reading_list": None, "removed_from": locked, "removed_at": Now(), "removed_by": user, "removal": key}
    ListItem.objects.filter(pk__in=taken).update(**removed)
    _count(locked, taken.values(), -1)
    done = set(taken.values())
    if taken:
        announce_change(locked, user, "papers_removed", taken.values())
    return Change(done=list(taken.values()), left=[paper for paper in papers if paper not in done], removal=key if taken else None)


@transaction.atomic
def bring_back(*, reading_list: ReadingList, removal: UUID, user: User) -> Change:
    """Undo a removal: each paper comes back with its note, to its place; one that was added again meanwhile stays as it is.

    Raises:
        Http404: nothing is left to bring back, or it was somebody else's removal in a list that is not the person's to edit.
    """
    locked = lock_list(reading_list)
    removed = ListItem.objects.filter(removed_from=locked, removal=removal, removed_at__gte=Now() - KEPT_FOR)
    if not ReadingList.objects.editable_by(user).filter(pk=locked.pk).exists():
        removed = removed.filter(removed_by=user)
    rows = list(removed.order_by("position", "pk"))
    if not rows:
        raise Http404
    held = set(locked.items.filter(paper__in=[row.paper_id for row in rows]).values_list("paper", flat=True))
    back = [row for row in rows if row.paper_id not in held]
    _free_places(locked, [row.position for row in back])
    ListItem.objects.filter(pk__in=[row.pk for row in back]).update(reading_list=locked, **NOT_REMOVED)
    _count(locked, [row.paper_id for row in back], +1)
    announce_change(locked, user, "papers_added", [row.paper_id for row in back])
    return Change(done=[row.paper_id for row in back], left=sorted(held))


@transaction.atomic
def copy_papers(*, source: ReadingList, target: ReadingList, papers: Collection[int], user: User) -> Change:
    """Put papers of one list into another one, too, with their notes and tags and in their order."""
    from_list, to_list = lock_two(source, target)
    items = list(from_list.items.filter(paper__in=papers).order_by("position"))
    held = set(to_list.items.filter(paper__in=papers).values_list("paper", flat=True))
    new = [item for item in items if item.paper_id not in held]
    rows = [ListItem(paper_id=item.paper_id, note=item.note, added_by=user) for item in new]
    _append(to_list, rows)
    ListItem.objects.bulk_create(rows, batch_size=BATCH)
    carry_tags((item.pk, row.pk) for item, row in zip(new, rows, strict=True))
    done = [row.paper_id for row in rows]
    _count(to_list, done, +1)
    if done:
        record("papers.added", to_list, user, count=len(done))
        announce_change(to_list, user, "papers_added", done)
    return Change(done=done, left=[paper for paper in papers if paper not in set(done)])


@transaction.atomic
def move_papers(*, source: ReadingList, target: ReadingList, papers: Collection[int], user: User) -> Change:
    """Move papers to the end of another list, with note and all; where that holds one already, it is taken out of here alone."""
    from_list, to_list = lock_two(source, target)
    items = list(from_list.items.filter(paper__in=papers).order_by("position"))
    held = set(to_list.items.filter(paper__in=papers).values_list("paper", flat=True))
    moved = [item for item in items if item.paper_id not in held]
    _append(to_list, moved)
    ListItem.objects.bulk_update(moved, ["reading_list", "position"], batch_size=BATCH)
    if from_list.owner_id != to_list.owner_id:
        own_tags([item.pk for item in moved])
    done = [item.paper_id for item in moved]
    _set_counts(from_list, -len(done))
    _set_counts(to_list, len(done))
    twice = take_out(reading_list=from_list, papers=[item.paper_id for item in items if item.paper_id in held], user=user)
    if done:
        record("papers.added", to_list, user, count=len(done))
        announce_change(from_list, user, "papers_removed", done)
        announce_change(to_list, user, "papers_added", done)
    known = {*done, *twice.done}
    return Change(done=[*done, *twice.done], left=[paper for paper in papers if paper not in known], removal=twice.removal)


def forget_removals() -> int:
    """Delete what was taken out longer ago than it can be brought back; return how many."""
    return ListItem.objects.filter(removed_at__lt=Now() - KEPT_FOR).delete()[0]


NOT_REMOVED = {"removed_from": None, "removed_at": None, "removed_by": None, "removal": None}


def _append(reading_list: ReadingList, rows: Iterable[ListItem]) -> None:
    """Give rows the places behind the last one."""
    last = reading_list.items.aggregate(last=Coalesce(Max("position"), Value(0)))["last"]
    for number, row in enumerate(rows, start=1):
        row.reading_list, row.position = reading_list, last + number * ListItem.GAP


def _free_places(reading_list: ReadingList, wanted: Collection[int]) -> None:
    """Move those on that have taken the place of what comes back: by half a gap, or as far as there is room."""
    taken = list(reading_list.items.filter(position__in=wanted))
    if not taken:
        return
    places = set(reading_list.items.values_list("position", flat=True)) | set(wanted)
    for item in taken:
        while item.position in places:
            item.position += 1
        places.add(item.position)
    ListItem.objects.bulk_update(taken, ["position"], batch_size=BATCH)


def _count(reading_list: ReadingList, papers: Iterable[int], step: int) -> None:
    """Count papers that came or went, in the list and at each of them."""
    changed = list(papers)
    if not changed:
        return
    lock_stats(papers=changed).update(save_count=F("save_count") + step)
    _set_counts(reading_list, step * len(changed))


def _set_counts(reading_list: ReadingList, by: int) -> None:
    if by:
        ReadingList.objects.filter(pk=reading_list.pk).update(item_count=F("item_count") + by, updated_at=timezone.now())
