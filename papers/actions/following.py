"""Following authors, people, teams and lists."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.models import User
from papers.models import Follow
from papers.models.follow import Target, column_of, is_own

MOST_FOLLOWS = 1_000


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
