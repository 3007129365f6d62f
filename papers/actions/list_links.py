"""Secret links to lists: made, used and revoked."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.models import User
from accounts.signing import new_secret, secret_digest
from papers.models import ListLink, ReadingList

MOST_LINKS = 20  # of one list
SEEN_EVERY = timedelta(minutes=1)  # a busy program must not rewrite its row on every call


class TooManyLinks(Refused):
    """A list has as many links as anybody can keep apart."""


@transaction.atomic
def make_link(*, reading_list: ReadingList, user: User, label: str) -> tuple[ListLink, str]:
    """Make a secret link and return it with its key, which nobody can read again.

    Raises:
        PermissionDenied: who may read the list is not this person's to decide.
        TooManyLinks: with a text for the reader.
    """
    _check_right(reading_list, user)
    ReadingList.objects.select_for_update().get(pk=reading_list.pk)  # two made at once are counted one after the other
    if reading_list.links.filter(revoked_at__isnull=True).count() >= MOST_LINKS:
        raise TooManyLinks(_("This list has %(n)d links that work. Revoke one first.") % {"n": MOST_LINKS})
    key = new_secret()
    link = ListLink.objects.create(reading_list=reading_list, key_hash=secret_digest("list", key), label=label[:80], made_by=user)
    _record("list.link_made", link, user)
    return link, key


@transaction.atomic
def revoke_link(*, link: ListLink, user: User) -> None:
    """End a link at once; its row stays, so that people see what became of it.

    Raises:
        PermissionDenied: who may read the list is not this person's to decide.
    """
    _check_right(link.reading_list, user)
    if ListLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        _record("list.link_revoked", link, user)


def note_use(*, key: str) -> None:
    """Note that a key was used, at most once a minute."""
    now = timezone.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - SEEN_EVERY)
    ListLink.objects.filter(stale, key_hash=secret_digest("list", key)).update(last_used_at=now)


def _check_right(reading_list: ReadingList, user: User) -> None:
    if not ReadingList.objects.managed_by(user).filter(pk=reading_list.pk).exists():
        raise PermissionDenied(_("Who may read this list is for the team's owners and maintainers, or whoever made it, to say."))


def _record(kind: str, link: ListLink, user: User) -> None:
    reading_list = link.reading_list
    if team := reading_list.owner.team:
        record_event(kind=kind, actor=user, team=team, path=reading_list.get_absolute_url(), list=reading_list.title, label=link.label)
