"""Suggesting a paper for a team's list, and answering that."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.announcing import announce
from accounts.actions.events import record_event
from accounts.actions.limits import Limit
from accounts.actions.memberships import Refused
from accounts.models import User
from accounts.models.roles import MANAGING_ROLES
from papers.actions.commenting import within
from papers.actions.list_lock import lock_list
from papers.actions.lists import add_paper
from papers.markup import plain
from papers.models import Paper, ReadingList, Suggestion

IN_A_DAY = Limit(30, timedelta(days=1))


@transaction.atomic
def suggest_paper(*, reading_list: ReadingList, paper: Paper, user: User, words: str = "") -> tuple[Suggestion, bool]:
    """Ask those who manage a team's list to take a paper in; return the suggestion and whether it is new.

    Raises:
        PermissionDenied: the list takes no suggestions from this person.
        Refused: the paper is in the list.
        TooMany: the person has suggested a lot lately.
    """
    locked = lock_list(reading_list)
    if not ReadingList.objects.suggestable_by(user).filter(pk=locked.pk).exists():
        raise PermissionDenied(_("Only lists of teams take suggestions."))
    if locked.items.filter(paper=paper).exists():
        raise Refused(_("It is in “%(list)s” already.") % {"list": locked.title})
    if known := locked.suggestions.open().filter(paper=paper).first():
        return known, False
    within(user, "suggestion", IN_A_DAY)
    made = Suggestion.objects.create(reading_list=locked, paper=paper, suggested_by=user, words=words.strip())
    _record("suggestion.made", made, actor=user, tell=_managers(locked))
    announce("suggestion.made", by=user, suggestion=made.pk)
    return made, True


@transaction.atomic
def accept_suggestion(*, suggestion: Suggestion, user: User, answer: str = "") -> Suggestion:
    """Put the paper into the list, with the words it was suggested with as its note.

    Raises:
        PermissionDenied: the list is not this person's to manage.
        Refused: somebody has decided otherwise.
    """
    found, is_new = _decide(suggestion, user, Suggestion.State.ACCEPTED, answer)
    if is_new:
        add_paper(reading_list=found.reading_list, paper=found.paper, user=found.suggested_by, note=found.words)
        _record("suggestion.accepted", found, actor=user, tell=[found.suggested_by])
    return found


@transaction.atomic
def decline_suggestion(*, suggestion: Suggestion, user: User, answer: str = "") -> Suggestion:
    """Leave the paper out, and say why if there is something to say. Raises what accept_suggestion() raises."""
    found, is_new = _decide(suggestion, user, Suggestion.State.DECLINED, answer)
    if is_new:
        _record("suggestion.declined", found, actor=user, tell=[found.suggested_by], words=found.answer)
    return found


@transaction.atomic
def withdraw_suggestion(*, suggestion: Suggestion, user: User) -> Suggestion:
    """Take back what one has suggested oneself.

    Raises:
        PermissionDenied: somebody else did.
        Refused: it is decided.
    """
    if suggestion.suggested_by_id != user.pk:
        raise PermissionDenied
    found, _is_new = _settle(suggestion, user, Suggestion.State.WITHDRAWN, "")
    return found


def _decide(suggestion: Suggestion, user: User, state: str, answer: str) -> tuple[Suggestion, bool]:
    if not ReadingList.objects.managed_by(user).filter(pk=suggestion.reading_list_id).exists():
        raise PermissionDenied(_("Suggestions are for the team's owners and maintainers, or whoever made the list, to answer."))
    return _settle(suggestion, user, state, answer)


def _settle(suggestion: Suggestion, user: User, state: str, answer: str) -> tuple[Suggestion, bool]:
    """Return the suggestion as it is then and whether that is new; the list is locked before it, as everywhere."""
    lock_list(suggestion.reading_list)
    found = get_object_or_404(Suggestion.objects.with_names().select_related("paper"), pk=suggestion.pk)
    if found.state == state:
        return found, False
    if found.state != Suggestion.State.OPEN:
        raise Refused(_("This suggestion is answered already: %(state)s.") % {"state": found.get_state_display()})
    found.state, found.answer, found.decided_by, found.decided_at = state, answer.strip(), user, timezone.now()
    found.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    return found, True


def _managers(reading_list: ReadingList) -> Iterable[User]:
    """Who is told: those who run the team, and whoever made the list if still in it."""
    team = reading_list.owner.team
    runs = Q(memberships__team=team, memberships__role__in=MANAGING_ROLES)
    made = Q(memberships__team=team, pk=reading_list.made_by_id)
    return User.objects.filter(runs | made, is_active=True, deletion_due_at__isnull=True).distinct()


def _record(kind: str, suggestion: Suggestion, *, actor: User, tell: Iterable[User], **facts: Any) -> None:
    reading_list = suggestion.reading_list
    facts |= {"list": reading_list.title, "paper": plain(suggestion.paper.title)}
    path = f"{reading_list.get_absolute_url()}#suggestions"
    record_event(kind=kind, actor=actor, team=reading_list.owner.team, tell=tell, path=path, **facts)
