"""Putting a list inside another one, one level deep. Readers and editors are looked up at the parent, never copied."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.models import User
from papers.actions.list_lock import announce_change, record
from papers.actions.lists import check_parent
from papers.models import ReadingList, Visibility


@transaction.atomic
def nest_list(*, reading_list: ReadingList, parent: ReadingList | None, user: User | None = None) -> ReadingList:
    """Put a list inside another one of the same owner, or with None take it out; outside it is private at first.

    Raises:
        PermissionDenied: who may read the list is not this person's to decide, or the parent not theirs to change.
        Refused: the lists do not go together, or would be two levels deep.
    """
    keys = {reading_list.pk, parent.pk if parent else reading_list.pk}
    locked = {each.pk: each for each in ReadingList.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    if len(locked) < len(keys):
        raise Http404
    child, above = locked[reading_list.pk], locked[parent.pk] if parent else None
    if user:
        _check_rights(child, above, user)
    if above:
        _check_depth(child, above)
    if child.parent_id != (above.pk if above else None):
        changes = {"parent": above, "visibility": Visibility.PRIVATE, "updated_at": timezone.now()}
        ReadingList.objects.filter(pk=child.pk).update(**changes)
        child.shares.all().delete()
        record("list.nested" if above else "list.unnested", child, user, **({"parent": above.title} if above else {}))
        announce_change(child, user, "moved")
    reading_list.parent, reading_list.visibility = above, Visibility.PRIVATE if above or child.parent_id else child.visibility
    return reading_list


def _check_rights(child: ReadingList, above: ReadingList | None, user: User) -> None:
    managed = ReadingList.objects.managed_by(user).filter(pk=child.pk).exists()
    if not managed or (above and not ReadingList.objects.editable_by(user).filter(pk=above.pk).exists()):
        raise PermissionDenied(_("Who may read this list is for those who manage it to say."))


def _check_depth(child: ReadingList, above: ReadingList) -> None:
    check_parent(child.owner, above)
    if child.pk == above.pk:
        raise Refused(_("A list cannot be inside itself."))
    if child.children.exists():
        raise Refused(_("This list holds other lists, so it cannot go into one."))
