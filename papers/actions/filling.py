"""Many papers into one list at once, with what was written beside them. Said twice, it means the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F, Max
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from papers.actions.counting import lock_stats
from papers.actions.list_lock import announce_change
from papers.actions.tagging import add_tags
from papers.models import CitationKey, ListItem, ReadingList, WaitingItem

AT_ONCE = 500  # papers that have come, in one transaction
WAITS = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Placing:
    """A paper that belongs into a list.

    Attributes:
        paper: its key in the database.
        note, tags, cite_key: of this list, as in papers/record.py.
    """

    paper: int
    note: str = ""
    tags: tuple[str, ...] = ()
    cite_key: str = ""


@transaction.atomic
def fill_list(*, reading_list: ReadingList, user: User, placings: Sequence[Placing]) -> tuple[int, list[int]]:
    """Put papers at the end of a list; those that are there keep their places, and get a note where they have none, and all tags.

    Returns:
        How many are new in the list, and the papers whose note there is another one, which stays.
    """
    get_object_or_404(ReadingList.objects.select_for_update(), pk=reading_list.pk)
    wanted = {each.paper: each for each in reversed(placings)}  # of two alike the first counts
    present = {item.paper_id: item for item in reading_list.items.select_for_update().filter(paper__in=wanted)}
    new = [each for each in dict.fromkeys(placing.paper for placing in placings) if each not in present]
    last = reading_list.items.aggregate(last=Max("position"))["last"] or 0
    made = ListItem.objects.bulk_create(
        ListItem(reading_list=reading_list, paper_id=paper, position=last + place * ListItem.GAP, note=wanted[paper].note, added_by=user)
        for place, paper in enumerate(new, start=1)
    )
    others = _fill_notes(present, wanted)
    add_tags(reading_list=reading_list, wanted={item.pk: wanted[item.paper_id].tags for item in (*made, *present.values())})
    _give_keys(reading_list, wanted.values())
    lock_stats(papers=new).update(save_count=F("save_count") + 1)
    ReadingList.objects.filter(pk=reading_list.pk).update(item_count=F("item_count") + len(new), updated_at=timezone.now())
    if new:
        announce_change(reading_list, user, "papers_added", new)
    return len(new), others


def await_papers(waiting: Iterable[WaitingItem]) -> None:
    """Keep places in a list for papers that are being looked up."""
    WaitingItem.objects.bulk_create(waiting, ignore_conflicts=True)


def place_found() -> int:
    """Put papers that have come since into the lists that wait for them; return how many were waited for."""
    placed = 0
    while found := list(WaitingItem.objects.found().select_related("reading_list__owner__team", "added_by__namespace")[:AT_ONCE]):
        for (reading_list, user), own in groupby(found, lambda each: (each.reading_list, each.added_by)):
            _place(reading_list, user, list(own))
        placed += len(found)
    WaitingItem.objects.filter(made_at__lt=timezone.now() - WAITS).delete()
    return placed


@transaction.atomic
def _place(reading_list: ReadingList, user: User, found: list[WaitingItem]) -> None:
    """A right is looked up when it is used: who may no longer change the list puts nothing into it."""
    if ReadingList.objects.editable_by(user).filter(pk=reading_list.pk).exists():
        placings = [Placing(paper=each.found_paper, note=each.note, tags=tuple(each.tags)) for each in found]  # type: ignore[attr-defined]
        fill_list(reading_list=reading_list, user=user, placings=placings)
    WaitingItem.objects.filter(pk__in=[each.pk for each in found]).delete()


def _fill_notes(present: dict[int, ListItem], wanted: dict[int, Placing]) -> list[int]:
    told = {paper: item for paper, item in present.items() if wanted[paper].note and item.note != wanted[paper].note}
    empty = [item for item in told.values() if not item.note]
    for item in empty:
        item.note, item.note_version = wanted[item.paper_id].note, item.note_version + 1
    ListItem.objects.bulk_update(empty, ["note", "note_version"])
    return sorted(set(told) - {item.paper_id for item in empty})


def _give_keys(reading_list: ReadingList, placings: Iterable[Placing]) -> None:
    """A key that a file brings is the paper's, unless it has one or another paper has that one."""
    keys = [CitationKey(reading_list=reading_list, paper_id=each.paper, key=each.cite_key) for each in placings if each.cite_key]
    CitationKey.objects.bulk_create(keys, ignore_conflicts=True)
