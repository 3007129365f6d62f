"""Making and ending the secret address of a reader's feed."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.signing import new_secret
from papers.models import FeedAddress
from papers.models.feed_address import SecretFeed

SEEN_EVERY = timedelta(minutes=1)  # a busy program must not rewrite its row on every call


def make_feed_address(*, user: User, of: type[SecretFeed] = FeedAddress) -> str:
    """Give a feed of the reader a new secret address and return its key, which nobody can read again; the one before ends.

    Args:
        of: which feed; usually what the reader follows.
    """
    key = new_secret()
    fresh = {"key_hash": of.hash_of(key), "made_at": timezone.now(), "last_used_at": None}
    of.objects.update_or_create(pk=user.pk, defaults=fresh)
    return key


def end_feed_address(*, user: User, of: type[SecretFeed] = FeedAddress) -> None:
    """End the secret address at once; one that is not there is gone already."""
    of.objects.filter(pk=user.pk).delete()


def note_feed_use(*, key: str, of: type[SecretFeed] = FeedAddress) -> None:
    """Note that a key was used, at most once a minute."""
    now = timezone.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - SEEN_EVERY)
    of.objects.of_key(key).filter(stale).update(last_used_at=now)
