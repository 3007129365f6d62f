"""Following authors, people, teams and lists, and the secret address of what comes of it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.models import User
from accounts.signing import new_secret, secret_digest
from papers.models import FeedAddress, Follow
from papers.models.follow import Target, column_of, is_own

MOST_FOLLOWS = 1_000
SEEN_EVERY = timedelta(minutes=1)  # a busy program must not rewrite its row on every call


class CannotFollow(Refused):
    """It is the reader's own, or the reader follows as much as anybody can."""


@transaction.atomic
def follow(*, user: User, target: Target) -> bool:
    """Follow something that the reader may see; return whether that is new. An author is followed under one name for all.

    Raises:
        CannotFollow: with a text for the reader.
    """
    if is_own(target, user):
        raise CannotFollow(_("You need not follow yourself."))
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two at once are counted one after the other
    mine = Follow.objects.filter(user=user)
    if mine.about(target).exists():
        return False
    if mine.count() >= MOST_FOLLOWS:
        raise CannotFollow(_("You follow %(n)d already. Let something else go first.") % {"n": MOST_FOLLOWS})
    Follow.objects.create(user=user, **{column_of(target): target})
    return True


def unfollow(*, user: User, target: Target) -> bool:
    """Follow something no longer; return whether it was followed."""
    deleted, _rows = Follow.objects.filter(user=user).about(target).delete()
    return bool(deleted)


def make_feed_address(*, user: User) -> str:
    """Give the reader's stream a new secret address and return its key, which nobody can read again; the one before ends."""
    key = new_secret()
    fresh = {"key_hash": secret_digest("feed", key), "made_at": timezone.now(), "last_used_at": None}
    FeedAddress.objects.update_or_create(user=user, defaults=fresh)
    return key


def end_feed_address(*, user: User) -> None:
    """End the secret address at once; one that is not there is gone already."""
    FeedAddress.objects.filter(user=user).delete()


def note_feed_use(*, key: str) -> None:
    """Note that a key was used, at most once a minute."""
    now = timezone.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - SEEN_EVERY)
    FeedAddress.objects.filter(stale, key_hash=secret_digest("feed", key)).update(last_used_at=now)
