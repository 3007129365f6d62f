"""What every change of a list begins and ends with: its row's lock, and a word to the team."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.actions.announcing import announce_each
from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.models import User
from papers.models import ReadingList

AT_ONCE = 100  # papers that one announcement names


def lock_list(reading_list: ReadingList) -> ReadingList:
    """Keep others off the list; one that somebody has deleted meanwhile is as good as never there: 404."""
    return get_object_or_404(ReadingList.objects.select_for_update(), pk=reading_list.pk)


def lock_all(lists: Iterable[ReadingList]) -> None:
    """Keep others off some lists, in the order of their keys as everywhere."""
    list(ReadingList.objects.select_for_update().filter(pk__in=[each.pk for each in lists]).order_by("pk").values_list("pk"))


def lock_two(one: ReadingList, other: ReadingList) -> tuple[ReadingList, ReadingList]:
    """Lock two lists in the order of their keys.

    Raises:
        Refused: they are the same.
        Http404: one is gone meanwhile.
    """
    if one.pk == other.pk:
        raise Refused(_("Choose another list."))
    locked = {each.pk: each for each in ReadingList.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    if len(locked) < 2:
        raise Http404
    return locked[one.pk], locked[other.pk]


def record(kind: str, reading_list: ReadingList, user: User | None, **facts: Any) -> None:
    """Tell a team's people what happened to its lists; what a person does alone is nobody's business."""
    if team := reading_list.owner.team:
        path = reading_list.get_absolute_url()
        record_event(kind=kind, actor=user, team=team, path=path, list=reading_list.title, **facts)


def announce_change(reading_list: ReadingList, user: User | None, change: str, papers: Iterable[int] = ()) -> None:
    """Tell programs that a list changed; who may see the list decides which of them hear of it.

    Args:
        change: such as papers_added; docs/webhooks.md lists them.
        papers: the keys of those that it is about; each hundred is an announcement.
    """
    keys = list(papers)
    facts = {"list": reading_list.pk, "change": change, "by": user.pk if user else None}
    if change == "deleted":  # nothing else will know what it was
        facts |= {"owner": reading_list.owner_id, "title": reading_list.title, "path": reading_list.get_absolute_url()}
    parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)] or [[]]
    announce_each("list.changed", (facts | {"papers": part} for part in parts))
