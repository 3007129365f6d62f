"""The order of a list by hand. Places have gaps, so a move rewrites one row; all of it happens under the list's lock."""

from collections.abc import Callable

from django.db import connection, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from papers.actions.list_lock import announce_change, lock_list
from papers.models import ListItem, ReadingList
from papers.models.reading_list import ListItemQuerySet

# The positions of those who will be above and below; None where nobody is.
Neighbours = tuple[int | None, int | None]
RENUMBER = """
UPDATE papers_listitem SET position = numbered.place * %(gap)s
FROM (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM papers_listitem
      WHERE reading_list_id = %(list)s OR removed_from_id = %(list)s) AS numbered
WHERE papers_listitem.id = numbered.id
"""


def move_item(*, item: ListItem, before: ListItem | None = None, after: ListItem | None = None) -> ListItem:
    """Move an item next to another one of its list.

    Args:
        before, after: the neighbour; exactly one of them is given.

    Raises:
        Http404: the item or its neighbour was taken out meanwhile.
    """
    neighbour = before or after
    if neighbour is None or (before and after):
        raise ValueError("Name one neighbour.")
    return _move(item, lambda _here, others: _beside(others, neighbour, is_above=neighbour is after))


def move_item_to(*, item: ListItem, place: int) -> ListItem:
    """Move an item to a place, counted from 0; beyond the last one means to the end."""
    return _move(item, lambda _here, others: _around(others, place))


def move_item_by(*, item: ListItem, steps: int) -> ListItem:
    """Move an item one place down (+1) or up (-1); at its end of the list it stays."""
    return _move(item, lambda here, others: _one_on(here, others, down=steps > 0))


def place_of(item: ListItem) -> int:
    """Return an item's place in its list, counted from 1."""
    return ListItem.objects.filter(reading_list=item.reading_list_id, position__lt=item.position).count() + 1


def make_room(reading_list: ReadingList) -> None:
    """Number all places of a list anew, with those that may come back, in one statement; the unique key waits for the commit."""
    with connection.cursor() as cursor:
        cursor.execute(RENUMBER, {"gap": ListItem.GAP, "list": reading_list.pk})


@transaction.atomic
def _move(item: ListItem, find: Callable[[ListItem, ListItemQuerySet], Neighbours]) -> ListItem:
    reading_list = lock_list(item.reading_list)
    here = get_object_or_404(reading_list.items, pk=item.pk)
    others = ListItem.objects.filter(reading_list=reading_list).exclude(pk=item.pk)
    position = _between(*find(here, others))
    if position is None:
        make_room(reading_list)
        here.refresh_from_db(fields=["position"])
        position = _between(*find(here, others))
    assert position is not None, "there is room after numbering anew"
    if position != here.position:
        ListItem.objects.filter(pk=here.pk).update(position=position)
        ReadingList.objects.filter(pk=reading_list.pk).update(updated_at=timezone.now())
        announce_change(reading_list, None, "order_changed", [here.paper_id])
    item.position = position
    return item


def _between(above: int | None, below: int | None) -> int | None:
    """Return a position between two, or None where the gap between them is used up."""
    if above is None:
        return ListItem.GAP if below is None else below - ListItem.GAP
    if below is None:
        return above + ListItem.GAP
    return (above + below) // 2 if below - above > 1 else None


def _beside(others: ListItemQuerySet, neighbour: ListItem, *, is_above: bool) -> Neighbours:
    at = get_object_or_404(others, pk=neighbour.pk).position
    return (at, _next(others, at)) if is_above else (_before(others, at), at)


def _around(others: ListItemQuerySet, place: int) -> Neighbours:
    ordered = others.order_by("position").values_list("position", flat=True)
    if place == 0:
        return None, ordered.first()
    found = list(ordered[place - 1 : place + 1])
    return (found[0], found[1] if len(found) > 1 else None) if found else (ordered.last(), None)


def _one_on(here: ListItem, others: ListItemQuerySet, *, down: bool) -> Neighbours:
    passed = _next(others, here.position) if down else _before(others, here.position)
    if passed is None:
        return here.position - 1, here.position + 1  # at its end already, so it stays
    return (passed, _next(others, passed)) if down else (_before(others, passed), passed)


def _next(others: ListItemQuerySet, position: int) -> int | None:
    return others.filter(position__gt=position).order_by("position").values_list("position", flat=True).first()


def _before(others: ListItemQuerySet, position: int) -> int | None:
    return others.filter(position__lt=position).order_by("-position").values_list("position", flat=True).first()
