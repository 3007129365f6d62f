"""Tags on the papers of lists: written, given and taken by the hundred, and carried along when papers change places.

An item's tags are those of its list's owner, by name and in whatever case; one that the owner lacks is
made. All of it happens under the lists' locks, and new tags are made in the order of their names, so
that no two who make the same ones wait for each other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone

from papers.actions.list_lock import announce_change, lock_list
from papers.models import Colour, ItemTag, ListItem, ReadingList, Tag
from papers.models.reading_list import ListItemQuerySet
from papers.record import LONGEST_TAG, MOST_TAGS

BATCH = 5_000  # rows in one statement
# Only the database knows what it takes for one name. The lock keeps others from deleting a tag until it is used.
KNOWN = """
SELECT wanted.name, tag.id FROM unnest(%(names)s::text[]) AS wanted (name)
JOIN papers_tag AS tag ON tag.owner_id = %(owner)s AND lower(tag.name) = lower(wanted.name)
FOR KEY SHARE OF tag
"""
# From the tags of some items to other items, whose lists may have another owner.
PAIRED = """
FROM unnest(%(items)s::bigint[], %(others)s::bigint[]) AS pair (item, other)
JOIN papers_itemtag AS held ON held.item_id = pair.item
JOIN papers_tag AS tag ON tag.id = held.tag_id
JOIN papers_listitem AS place ON place.id = pair.other
JOIN papers_readinglist AS list ON list.id = coalesce(place.reading_list_id, place.removed_from_id)
"""
MAKE_TWINS = f"""
INSERT INTO papers_tag (owner_id, name, colour)
SELECT DISTINCT ON (list.owner_id, lower(tag.name)) list.owner_id, tag.name, tag.colour {PAIRED}
WHERE tag.owner_id <> list.owner_id ORDER BY list.owner_id, lower(tag.name), tag.id
ON CONFLICT DO NOTHING
"""
CARRY = f"""
INSERT INTO papers_itemtag (item_id, tag_id)
SELECT pair.other, twin.id {PAIRED}
JOIN papers_tag AS twin ON twin.owner_id = list.owner_id AND lower(twin.name) = lower(tag.name)
FOR KEY SHARE OF twin ON CONFLICT DO NOTHING
"""


def tidied(names: Iterable[str]) -> list[str]:
    """Return names of tags on one line each, not too long, without those that say nothing."""
    tidy = (" ".join(name.replace("\x00", "").split())[:LONGEST_TAG].strip() for name in names)
    return [name for name in dict.fromkeys(tidy) if name]


def usual_colour(name: str) -> str:
    """Return the colour of a new tag, which goes by its name: neighbours mostly differ, and one name always looks alike."""
    return Colour.values[crc32(name.lower().encode("utf-8", "replace")) % len(Colour.values)]


@transaction.atomic
def write_tags(*, item: ListItem, names: Sequence[str]) -> None:
    """Replace the tags of an item; one that was taken out meanwhile is 404."""
    reading_list = lock_list(item.reading_list)
    here = get_object_or_404(reading_list.items, pk=item.pk)
    wanted = set(_tags_called(reading_list.owner_id, tidied(names)[:MOST_TAGS]).values())
    held = set(here.item_tags.values_list("tag", flat=True))
    if wanted == held:
        return
    here.item_tags.filter(tag__in=held - wanted).delete()
    ItemTag.objects.bulk_create((ItemTag(item=here, tag_id=tag) for tag in wanted - held), ignore_conflicts=True)
    _touch(reading_list)
    announce_change(reading_list, None, "tags_changed", [here.paper_id])


@transaction.atomic
def tag_papers(*, reading_list: ReadingList, papers: Collection[int], names: Sequence[str], items: ListItemQuerySet) -> list[int]:
    """Give tags to papers of a list, beside those that they have; return the papers that carry them now.

    Args:
        items: only these, such as what somebody may change.
    """
    locked = lock_list(reading_list)
    chosen = dict(items.filter(reading_list=locked, paper__in=papers).values_list("pk", "paper"))
    add_tags(reading_list=locked, wanted=dict.fromkeys(chosen, tuple(names)))
    if chosen:
        announce_change(locked, None, "tags_changed", chosen.values())
    return list(chosen.values())


@transaction.atomic
def untag_papers(*, reading_list: ReadingList, papers: Collection[int], names: Sequence[str], items: ListItemQuerySet) -> list[int]:
    """Take tags from papers of a list; return the papers that had one of them."""
    locked = lock_list(reading_list)
    tags = [tag for name in tidied(names) for tag in Tag.objects.filter(owner=locked.owner_id).called(name)]
    chosen = dict(items.filter(reading_list=locked, paper__in=papers).values_list("pk", "paper"))
    given = ItemTag.objects.filter(item__in=chosen, tag__in=tags)
    had = set(given.values_list("item", flat=True))
    given.delete()
    if had:
        _touch(locked)
        announce_change(locked, None, "tags_changed", (paper for item, paper in chosen.items() if item in had))
    return [paper for item, paper in chosen.items() if item in had]


def add_tags(*, reading_list: ReadingList, wanted: Mapping[int, Sequence[str]]) -> None:
    """Give each of some items of a list, by their keys, its own tags; call it under the list's lock."""
    told = {item: tidied(names) for item, names in wanted.items() if names}
    if not any(told.values()):
        return
    keys = _tags_called(reading_list.owner_id, list(dict.fromkeys(name for names in told.values() for name in names)))
    rows = [ItemTag(item_id=item, tag_id=keys[name]) for item, names in told.items() for name in names]
    ItemTag.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    _touch(reading_list)


def carry_tags(pairs: Iterable[tuple[int, int]]) -> None:
    """Give items the tags that other ones have, as tags of their own list's owner; in two statements for any number.

    Args:
        pairs: the keys of an item and of the one that gets its tags, under both lists' locks.
    """
    known = list(pairs)
    facts = {"items": [item for item, _other in known], "others": [other for _item, other in known]}
    if known:
        with connection.cursor() as cursor:
            cursor.execute(MAKE_TWINS, facts)
            cursor.execute(CARRY, facts)


def own_tags(items: Collection[int]) -> None:
    """Make the tags of items those of their list's owner, now that it is another one."""
    carry_tags((item, item) for item in items)
    owner = Coalesce(F("item__reading_list__owner"), F("item__removed_from__owner"))
    ItemTag.objects.filter(pk__in=ItemTag.objects.filter(item__in=items).exclude(tag__owner=owner).values("pk")).delete()


def _tags_called(owner: int, names: Sequence[str]) -> dict[str, int]:
    """Return the keys of an owner's tags by the names that were asked for; those that are missing are made."""
    facts: dict[str, Any] = {"owner": owner, "names": list(names)}
    while True:
        with connection.cursor() as cursor:
            cursor.execute(KNOWN, facts)
            found: dict[str, int] = dict(cursor.fetchall())
        missing = sorted((name for name in names if name not in found), key=str.lower)
        if not missing:
            return found
        new = (Tag(owner_id=owner, name=name, colour=usual_colour(name)) for name in missing)
        Tag.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)


def _touch(reading_list: ReadingList) -> None:
    """The files that programs keep of a list, and the order of recent lists, go by this."""
    ReadingList.objects.filter(pk=reading_list.pk).update(updated_at=timezone.now())
