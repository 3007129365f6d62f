"""How a reading list looks as a collection, and what has to be loaded for it."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.text import slugify

from papers.hub.answers import moment, object_id
from papers.hub.papers import name_of
from papers.models import Follow, ListItem, ReadingList, Visibility
from papers.models.follow import STAYS
from papers.models.reading_list import ReadingListQuerySet

LATELY = timedelta(days=30)
USUAL_THEME = "indigo"


def for_hub(lists: ReadingListQuerySet) -> ReadingListQuerySet:
    """All that the client is told of collections, but for their papers; a list's followers are its upvotes."""
    follows = Follow.objects.filter(STAYS, reading_list=OuterRef("pk")).order_by().values("reading_list").annotate(n=Count("pk"))
    counted = lists.annotate(
        upvotes=Coalesce(Subquery(follows.values("n")), 0),
        lately=Coalesce(Subquery(follows.filter(created_at__gt=Now() - LATELY).values("n")), 0),
    )
    return counted.select_related("owner", "parent")


def slug_of(reading_list: ReadingList) -> str:
    """Return the address of a collection; its last word is what it is found by, so old ones lead to it for good."""
    return f"{reading_list.owner.name}/{slugify(reading_list.title)[:60] or 'list'}-{object_id(reading_list)}"


def collection(reading_list: ReadingList, items: list[ListItem]) -> dict[str, Any]:
    """A collection without its position; load it with for_hub()."""
    return {
        "_id": object_id(reading_list),
        "slug": slug_of(reading_list),
        "title": reading_list.title,
        "description": reading_list.description or None,
        "owner": reading_list.owner.name,
        "items": [_item(item, place) for place, item in enumerate(items)],
        "lastUpdated": moment(reading_list.updated_at),
        "private": reading_list.open_to == Visibility.PRIVATE,
        "theme": reading_list.theme or USUAL_THEME,
        "upvotes": reading_list.upvotes,  # type: ignore[attr-defined]
    }


def _item(item: ListItem, place: int) -> dict[str, Any]:
    """A paper of a collection. It must have no `slug`, which the client would take for the paper's id."""
    return {
        "_id": object_id(item),
        "id": name_of(item.paper),
        "type": "paper",
        "position": place,
        "note": {"text": item.note} if item.note else None,
        "title": item.paper.title,
        "upvotes": item.paper.stats.vote_count,
        "publishedAt": moment(item.paper.published_on),
    }
