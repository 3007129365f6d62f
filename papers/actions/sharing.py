"""Sharing a list with people and teams. The actor's right is asked for under the list's lock."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.models import Namespace, User
from papers.actions.list_lock import lock_list
from papers.models import ListShare, ReadingList
from papers.models.list_share import May

MOST_SHARES = 200  # per list


@transaction.atomic
def share_list(*, reading_list: ReadingList, to: Namespace, may: str, user: User) -> tuple[ListShare, bool]:
    """Let a person or team read, add or edit; return the share and whether it is new. Sharing again changes what they may.

    Raises:
        PermissionDenied: who may read the list is not this person's to decide.
        Refused: the list is inside another one, theirs already, or shared with too many.
    """
    shared = _manage(reading_list, user)
    if shared.parent_id:
        raise Refused(_("This list is inside another one; share that one."))
    if to.pk == shared.owner_id:
        raise Refused(_("The list belongs to them already."))
    if shared.shares.exclude(to=to).count() >= MOST_SHARES:
        raise Refused(_("A list is shared with at most %(n)d people and teams; make a team of them.") % {"n": MOST_SHARES})
    before = shared.shares.filter(to=to).first()
    share, is_new = ListShare.objects.update_or_create(
        reading_list=shared, to=to, defaults={"may": may}, create_defaults={"may": may, "made_by": user}
    )
    if before is None or before.may != may:
        _tell(share, user)
    return share, is_new


@transaction.atomic
def end_share(*, share: ListShare, user: User) -> None:
    """Share a list no longer; one that is shared no longer is no mistake.

    Raises:
        PermissionDenied: neither who may read the list is this person's to decide, nor the share their own to leave.
    """
    if not may_leave(share, user):
        _manage(share.reading_list, user)
    deleted, _each = ListShare.objects.filter(pk=share.pk).delete()
    if deleted:
        facts: dict[str, Any] = {"list": share.reading_list.title, "reader": share.to.display_name}
        record_event(kind="list.unshared", actor=user, person=share.to.user, team=share.reading_list.owner.team, **facts)


def may_leave(share: ListShare, user: User) -> bool:
    """Tell whether a share is the person's own, or that of a team which the person runs."""
    return Namespace.objects.managed_by(user).filter(pk=share.to_id).exists()


def _manage(reading_list: ReadingList, user: User) -> ReadingList:
    shared = lock_list(reading_list)
    if not ReadingList.objects.managed_by(user).filter(pk=shared.pk).exists():
        raise PermissionDenied(_("Who may read this list is for the team's owners and maintainers, or whoever made it, to say."))
    return shared


def _tell(share: ListShare, user: User) -> None:
    """One person gets a notice; a team has it in its activity, and each of its people a notice."""
    facts: dict[str, Any] = {"list": share.reading_list.title, "may": str(May(share.may).label)}
    path = share.reading_list.get_absolute_url()
    if share.to.team:
        people = share.to.team.members.filter(is_active=True)
        record_event(kind="list.shared_with_team", actor=user, team=share.to.team, tell=people, path=path, **facts)
    elif share.to.user:
        owner = share.reading_list.owner.team
        record_event(kind="list.shared_with", actor=user, person=share.to.user, team=owner, tell=[share.to.user], path=path, **facts)
