"""Whole lists: copied under a name, handed to another one, and two made one."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Q
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.models import Namespace, User
from papers.actions.list_items import Change, copy_papers, move_papers
from papers.actions.list_lock import announce_change, lock_list, lock_two, record
from papers.actions.lists import create_list, delete_list, free_slug
from papers.actions.notes import join_notes
from papers.actions.tagging import carry_tags, own_tags
from papers.models import Follow, ListItem, ReadingList


@transaction.atomic
def copy_list(*, reading_list: ReadingList, owner: Namespace, user: User) -> ReadingList:
    """Make a private list of one's own, or of a team, with the papers, notes and tags of one that one may read.

    Raises:
        PermissionDenied: the person may not make lists under that name.
    """
    _check_owner(owner, user)
    title = (_("%(title)s (copy)") % {"title": reading_list.title})[:120]
    made = create_list(owner=owner, user=user, title=title, description=reading_list.description)
    papers = list(reading_list.items.values_list("paper", flat=True))
    copy_papers(source=reading_list, target=made, papers=papers, user=user)
    made.refresh_from_db()
    return made


@transaction.atomic
def move_list(*, reading_list: ReadingList, owner: Namespace, user: User) -> ReadingList:
    """Give a list, with those inside it, to another name of the person's; it gets an address there and stays as open as it is.

    Raises:
        PermissionDenied: the list is not the person's to give, or the name not theirs to keep lists under.
        Refused: the list is inside another one.
    """
    _check_owner(owner, user)
    Namespace.objects.select_for_update().get(pk=owner.pk)
    moved = lock_list(reading_list)
    _check_managed(moved, user)
    if moved.parent_id:
        raise Refused(_("Take this list out of the one it is in first."))
    if moved.owner_id == owner.pk:
        return moved
    record("list.moved", moved, user, owner=owner.name)
    for each in (moved, *moved.children.order_by("pk")):
        ReadingList.objects.filter(pk=each.pk).update(owner=owner, slug=free_slug(owner, each.title))
    moved.shares.filter(to=owner).delete()
    _keep_tags(moved)
    moved = ReadingList.objects.select_related("owner__user", "owner__team").get(pk=moved.pk)
    record("list.made", moved, user)
    announce_change(moved, user, "moved")
    return moved


@transaction.atomic
def merge_lists(*, keep: ReadingList, other: ReadingList, user: User) -> Change:
    """Move all papers of a list into another one and delete it; where both hold a paper, its notes and its tags are joined.

    Raises:
        PermissionDenied: one list is not the person's to delete, or the other not theirs to edit.
        Refused: both are the same, or lists are inside the one that goes.
    """
    kept, gone = lock_two(keep, other)
    _check_managed(gone, user)
    if not ReadingList.objects.editable_by(user).filter(pk=kept.pk).exists():
        raise PermissionDenied
    if gone.children.exists():
        raise Refused(_("This list holds other lists; take them out first."))
    _join_notes(kept, gone)
    _join_tags(kept, gone)
    change = move_papers(source=gone, target=kept, papers=list(gone.items.values_list("paper", flat=True)), user=user)
    _keep_followers(kept, gone)
    delete_list(reading_list=gone, user=user)
    return change


def _keep_followers(kept: ReadingList, gone: ReadingList) -> None:
    """Whoever follows the list that goes follows the one that stays, once, unless it is their own; it shows only to whom may read it."""
    users = gone.follows.exclude(user__namespace=kept.owner_id).values_list("user", flat=True)
    Follow.objects.bulk_create((Follow(user_id=user, reading_list=kept) for user in users), ignore_conflicts=True)


def _join_notes(kept: ReadingList, gone: ReadingList) -> None:
    theirs = gone.items.filter(paper=OuterRef("paper")).values("note")
    join_notes(ListItem.objects.filter(reading_list=kept, paper__in=gone.items.exclude(note="").values("paper")), theirs)


def _join_tags(kept: ReadingList, gone: ReadingList) -> None:
    theirs = dict(gone.items.values_list("paper", "pk"))
    both = kept.items.filter(paper__in=theirs).values_list("paper", "pk")
    carry_tags((theirs[paper], item) for paper, item in both)


def _keep_tags(moved: ReadingList) -> None:
    """The new owner has tags of its own; those that were taken out may come back, so theirs change, too."""
    family = ReadingList.objects.filter(Q(pk=moved.pk) | Q(parent=moved.pk)).values("pk")
    items = ListItem.objects.filter(Q(reading_list__in=family) | Q(removed_from__in=family)).filter(item_tags__isnull=False)
    own_tags(list(items.distinct().values_list("pk", flat=True)))


def _check_owner(owner: Namespace, user: User) -> None:
    if not Namespace.objects.writable_by(user).filter(pk=owner.pk).exists():
        raise PermissionDenied(_("You cannot keep lists under this name."))


def _check_managed(reading_list: ReadingList, user: User) -> None:
    if not ReadingList.objects.managed_by(user).filter(pk=reading_list.pk).exists():
        raise PermissionDenied(_("Only those who manage this list may do this."))
