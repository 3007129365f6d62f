"""Deleting an account: a wish, fourteen days in which logging in can undo it, then for good."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.actions.teams import remove_team
from accounts.models import Announcement, Membership, Role, Team, User
from accounts.models.team import TeamQuerySet
from accounts.parts import parts

GRACE = timedelta(days=14)
log = logging.getLogger(__name__)


class TeamsNeedAnOwner(Refused):
    def __init__(self, teams: TeamQuerySet) -> None:
        names = ", ".join(team.title for team in teams)
        super().__init__(_("First make somebody else owner of: %(teams)s.") % {"teams": names})


def teams_to_hand_over(user: User) -> TeamQuerySet:
    """Teams with other people in them, of whom none is an owner who stays."""
    others = Membership.objects.filter(team=OuterRef("pk")).exclude(user=user)
    stay = others.filter(role=Role.OWNER, user__deletion_due_at__isnull=True, user__is_active=True)
    return _owned_by(user).filter(Exists(others), ~Exists(stay))


def teams_that_go(user: User) -> TeamQuerySet:
    """Teams that nobody else is in, with the number of their lists."""
    return _owned_by(user).annotate(people=Count("members")).filter(people=1)


@transaction.atomic
def ask_for_deletion(*, user: User) -> datetime:
    """Note the wish and stop everything that runs in the person's name; return when the account will be gone.

    Raises:
        TeamsNeedAnOwner: a team with other members has no other owner.
    """
    if (teams := teams_to_hand_over(user)).exists():
        raise TeamsNeedAnOwner(teams)
    due = timezone.now() + GRACE
    if not User.objects.filter(pk=user.pk, deletion_due_at__isnull=True).update(deletion_due_at=due):
        return User.objects.get(pk=user.pk).deletion_due_at or due
    user.deletion_due_at = due
    for part in parts():
        part.pause_person(user)
    record_event(kind="account.deletion", person=user, tell=[user], day=f"{due:%Y-%m-%d}", path=reverse("accounts:deletion"))
    transaction.on_commit(lambda: _tell_by_mail(user))
    return due


def keep_account(*, user: User) -> bool:
    """Take the wish back; return False if there is none any more, or if it has been carried out."""
    user.deletion_due_at = None
    return bool(User.objects.filter(pk=user.pk, deletion_due_at__isnull=False).update(deletion_due_at=None))


def erase_due_people() -> int:
    """Delete everybody whose grace is over, each in a transaction of their own; return how many are gone."""
    due = User.objects.filter(deletion_due_at__lte=Now()).order_by("deletion_due_at")
    count = 0
    for pk in list(due.values_list("pk", flat=True)):
        try:
            count += _erase(pk)
        except Exception:  # one whose rows are being changed just now, or a fault of ours, must not keep the others
            log.exception("Person %s is not deleted yet; tried again at the next tick", pk)
    return count


@transaction.atomic
def _erase(pk: int) -> bool:
    """Delete one person, unless somebody was quicker or the wish was taken back: both change the row that is locked here."""
    rows = User.objects.select_for_update(of=("self",)).filter(deletion_due_at__lte=Now())
    user = rows.filter(pk=pk).first()
    if user is None:
        return False
    for membership in user.memberships.order_by("team"):
        _leave(membership)
    for part in parts():
        part.forget_person(user)
    Announcement.objects.with_words_of(user.namespace.pk).delete()
    user.delete()
    return True


def _leave(membership: Membership) -> None:
    """Leave a team; the last one takes it along, and a team whose only owner goes is passed on rather than lost."""
    team = Team.objects.select_for_update(of=("self",)).select_related("namespace").get(pk=membership.team_id)
    heirs = Membership.objects.filter(team=team).exclude(pk=membership.pk).by_rank().select_related("user")
    heir = heirs.filter(user__deletion_due_at__isnull=True, user__is_active=True).first() or heirs.first()
    if heir is None:
        remove_team(team=team)
        return
    if heir.role != Role.OWNER and membership.role == Role.OWNER:
        old, heir.role, heir.group = heir.role, Role.OWNER, None
        heir.save(update_fields=["role", "group"])
        path = team.get_absolute_url()
        record_event(kind="member.role", person=heir.user, team=team, tell=[heir.user], path=path, role=heir.role, old=old)
    record_event(kind="member.left", person=membership.user, team=team)
    membership.delete()


def _owned_by(user: User) -> TeamQuerySet:
    return Team.objects.filter(Q(memberships__user=user, memberships__role=Role.OWNER)).select_related("namespace").order_by("title", "pk")


def deletion_mail(user: User) -> EmailMessage:
    context = {
        "handle": user.handle,
        "due": user.deletion_due_at,
        "site_name": settings.SITE_NAME,
        "url": settings.SITE_URL + reverse("accounts:deletion"),
    }
    subject = " ".join(render_to_string("email/deletion.subject.txt", context).split())
    return EmailMessage(subject, render_to_string("email/deletion.txt", context), to=[user.email])


def _tell_by_mail(user: User) -> None:
    """The mail is a courtesy to its reader and a warning if it was a thief: it must not fail the wish itself."""
    try:
        deletion_mail(user).send()
    except OSError:  # smtplib's exceptions are OSErrors, too
        log.exception("The mail about the deletion of person %s was not sent", user.pk)
