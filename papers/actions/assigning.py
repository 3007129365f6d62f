"""Saying who presents or reads a paper of a team's list, and that it is done."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions.announcing import announce
from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.models import Membership, User
from papers.actions.list_lock import lock_list
from papers.markup import plain
from papers.models import Assignment, ListItem

MOST_PEOPLE = 50  # for one paper


@transaction.atomic
def assign_paper(
    *, item: ListItem, to: User, user: User, part: str = Assignment.Part.PRESENT, due_on: date | None = None, words: str = ""
) -> tuple[Assignment, bool]:
    """Give a paper of a team's list to one of its people; said again it changes part, day and words. Return it and whether it is new.

    Raises:
        PermissionDenied: the list is not this person's to change, or they are not of its team.
        Refused: the list is not a team's, the person is not in the team, or a whole crowd has the paper already.
        Http404: the paper was taken out meanwhile.
    """
    held = _lock(item, user)
    if not Membership.objects.filter(team=held.reading_list.owner.team, user=to).exists():
        raise Refused(_("%(person)s is not in the team.") % {"person": to.display_name})
    if held.assignments.exclude(user=to).count() >= MOST_PEOPLE:
        raise Refused(_("At most %(n)d people for one paper, please.") % {"n": MOST_PEOPLE})
    before = held.assignments.filter(user=to).first()
    wanted = {"part": part, "due_on": due_on, "words": words.strip()}
    made, is_new = Assignment.objects.update_or_create(
        item=held, user=to, defaults=wanted | {"done_at": None}, create_defaults=wanted | {"made_by": user}
    )
    if before is None or (before.part, before.due_on) != (part, due_on):
        _tell(made, user)
        announce("assignment.made", by=user, assignment=made.pk)
    return made, is_new


@transaction.atomic
def end_assignment(*, assignment: Assignment, user: User) -> None:
    """Take a paper back from somebody; one that is gone already is no mistake.

    Raises:
        PermissionDenied: it is neither this person's own nor theirs to change.
    """
    _own_or_editable(assignment, user)
    Assignment.objects.filter(pk=assignment.pk).delete()


@transaction.atomic
def finish_assignment(*, assignment: Assignment, user: User, is_done: bool = True) -> Assignment:
    """Say that it is done, or that it is not after all. Raises what end_assignment() raises."""
    _own_or_editable(assignment, user)
    found = get_object_or_404(Assignment.objects.select_for_update(of=("self",)), pk=assignment.pk)
    if is_done != bool(found.done_at):
        found.done_at = timezone.now() if is_done else None
        found.save(update_fields=["done_at"])
    return found


def _lock(item: ListItem, user: User) -> ListItem:
    rows = ListItem.objects.in_lists().select_related("paper", "reading_list__owner__team__namespace")
    held = get_object_or_404(rows, pk=item.pk)
    lock_list(held.reading_list)
    if not held.reading_list.owner.is_team:
        raise Refused(_("Only papers in lists of a team are given to people."))
    if not ListItem.objects.assignable_by(user).filter(pk=held.pk).exists():
        raise PermissionDenied
    return held


def _own_or_editable(assignment: Assignment, user: User) -> None:
    if assignment.user_id != user.pk and not ListItem.objects.assignable_by(user).filter(pk=assignment.item_id).exists():
        raise PermissionDenied


def _tell(assignment: Assignment, user: User) -> None:
    item = assignment.item
    team = item.reading_list.owner.team
    day = date_format(assignment.due_on, "j M Y") if assignment.due_on else ""
    kind = f"assignment.{assignment.part}" + ("_on" if day else "")
    facts = {"paper": plain(item.paper.title), "list": item.reading_list.title} | ({"day": day} if day else {})
    path = reverse("papers:agenda", args=[item.reading_list.owner.name])
    record_event(kind=kind, actor=user, person=assignment.user, team=team, tell=[assignment.user], path=path, **facts)
