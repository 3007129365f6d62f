"""Making reading lists and changing what is in them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.models import Namespace, User
from papers.actions.counting import lock_stats
from papers.actions.list_items import take_out
from papers.actions.list_lock import announce_change, lock_list, record
from papers.markup import plain
from papers.models import ListItem, Paper, PaperStats, ReadingList, Visibility
from papers.models.reading_list import ReadingListQuerySet

SAVED_SLUG = "saved"


@transaction.atomic
def create_list(
    *,
    owner: Namespace,
    title: str,
    description: str = "",
    visibility: str = Visibility.PRIVATE,
    parent: ReadingList | None = None,
    user: User | None = None,
) -> ReadingList:
    """Create a list under an address that nobody's list has yet; `user` made it and may manage it, even if a team owns it.

    Raises:
        Refused: the parent is somebody else's, or inside another list itself.
    """
    Namespace.objects.select_for_update().get(pk=owner.pk)  # two lists of one name at once
    if parent:
        check_parent(owner, lock_list(parent))
        visibility = Visibility.PRIVATE
    words = {"title": title, "slug": free_slug(owner, title), "description": description}
    reading_list = ReadingList.objects.create(owner=owner, visibility=visibility, parent=parent, made_by=user, **words)
    record("list.made", reading_list, user)
    announce_change(reading_list, user, "made")
    return reading_list


@transaction.atomic
def create_list_once(*, owner: Namespace, title: str, **wanted: Any) -> tuple[ReadingList, bool]:
    """Create a list unless its owner has one of that very title; return the list and whether it is new.

    Args:
        wanted: as for create_list().
    """
    Namespace.objects.select_for_update().get(pk=owner.pk)  # two of one title at once
    if there := owner.reading_lists.filter(title=title).order_by("pk").first():
        return there, False
    return create_list(owner=owner, title=title, **wanted), True


def saved_list(*, user: User) -> ReadingList:
    """Return the list behind the save button, made at its first use."""
    reading_list, _made = ReadingList.objects.get_or_create(owner=user.namespace, slug=SAVED_SLUG, defaults={"title": _("Saved")})
    return reading_list


@transaction.atomic
def change_list(*, reading_list: ReadingList, user: User | None = None, **changes: str) -> ReadingList:
    """Change title, description or visibility; the address stays, so that links live on.

    Raises:
        PermissionDenied: who may read the list is not this person's to decide.
        Refused: the list is inside another one, which says who may read it.
    """
    before = lock_list(reading_list)
    if before.parent_id and changes.get("visibility", Visibility.PRIVATE) != Visibility.PRIVATE:
        raise Refused(_("This list is inside another one, which says who may read it."))
    is_shared_anew = changes.get("visibility", before.visibility) != before.visibility
    if is_shared_anew and user and not ReadingList.objects.managed_by(user).filter(pk=before.pk).exists():
        raise PermissionDenied(_("Who may read this list is for the team's owners and maintainers, or whoever made it, to say."))
    for name, value in changes.items():
        setattr(reading_list, name, value)
    reading_list.save(update_fields=[*changes, "updated_at"])
    announce_change(reading_list, user, "changed")
    if is_shared_anew:
        record("list.shared", reading_list, user, readers=str(Visibility(reading_list.visibility).label))
    return reading_list


@transaction.atomic
def delete_list(*, reading_list: ReadingList, user: User | None = None) -> None:
    """Delete a list with its items, and correct the papers' save counts; one that is gone already is no mistake."""
    doomed = ReadingList.objects.filter(pk=reading_list.pk)
    for there in doomed.select_for_update(of=("self",)).select_related("owner__team"):
        record("list.deleted", there, user)
        announce_change(there, user, "deleted")
    delete_lists(lists=doomed)


@transaction.atomic
def delete_lists(*, lists: ReadingListQuerySet) -> None:
    """Delete many lists as one. Lists are locked before counters, and both in the order of their keys, as everywhere."""
    doomed = list(lists.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    items = ListItem.objects.filter(reading_list__in=doomed)
    stats = lock_stats(papers=items.values("paper"))
    times = items.filter(paper=OuterRef("pk")).order_by().values("paper").annotate(n=Count("pk")).values("n")
    stats.update(save_count=F("save_count") - Subquery(times))
    ReadingList.objects.filter(pk__in=doomed).delete()


@transaction.atomic
def add_paper(*, reading_list: ReadingList, paper: Paper, user: User, note: str = "") -> tuple[ListItem, bool]:
    """Put a paper at the end of a list; return its item and whether it is new there."""
    lock_list(reading_list)
    if item := reading_list.items.filter(paper=paper).first():
        return item, False
    last = reading_list.items.aggregate(last=Max("position"))["last"] or 0
    item = reading_list.items.create(paper=paper, position=last + ListItem.GAP, note=note, added_by=user)
    _count(reading_list, paper, +1)
    record("paper.added", reading_list, user, paper=plain(paper.title))
    announce_change(reading_list, user, "papers_added", [paper.pk])
    return item, True


def remove_paper(*, reading_list: ReadingList, paper: Paper, user: User | None = None) -> UUID | None:
    """Take a paper out of a list; return what brings it back for a day, or None if it was not in it."""
    return take_out(reading_list=reading_list, papers=[paper.pk], user=user).removal


def check_parent(owner: Namespace, parent: ReadingList) -> None:
    """Raise Refused where a list of this owner cannot be put into another one; call it under lock_list."""
    if parent.owner_id != owner.pk:
        raise Refused(_("A list goes into another list of the same person or team."))
    if parent.parent_id:
        raise Refused(_("Lists are nested one level deep."))


def _count(reading_list: ReadingList, paper: Paper, step: int) -> None:
    changes = {"item_count": F("item_count") + step, "updated_at": timezone.now()}
    ReadingList.objects.filter(pk=reading_list.pk).update(**changes)
    PaperStats.objects.filter(paper=paper).update(save_count=F("save_count") + step)


def free_slug(owner: Namespace, title: str) -> str:
    base = slugify(title)[:70] or "list"
    taken = set(owner.reading_lists.filter(slug__startswith=base).values_list("slug", flat=True))
    slugs = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in slugs if slug not in taken)
