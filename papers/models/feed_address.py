"""Secret addresses of feeds: feed readers cannot log in."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.signing import secret_digest
from papers.models.follow import STAYS


class FeedAddressQuerySet(models.QuerySet[Any]):
    def opened_by(self, key: str) -> Self:
        """The one address that a key opens, as long as its reader stays."""
        return self.of_key(key).filter(STAYS).select_related("user__namespace")

    def of_key(self, key: str) -> Self:
        return self.filter(key_hash=self.model.hash_of(key))


class SecretFeed(models.Model):
    """The secret address of one feed of a reader, of which only a keyed hash is stored; a new one replaces it.

    A model of its own for each feed, with the reader as its key: what one address opens no other does.
    """

    purpose: ClassVar[str]  # of the hash, so that no key opens another feed
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FeedAddressQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def hash_of(cls, key: str) -> str:
        return secret_digest(cls.purpose, key)


class FeedAddress(SecretFeed):
    """Of what a reader follows."""

    purpose = "feed"
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="feed_address")

    class Meta:
        verbose_name = _("feed address")

    def __str__(self) -> str:
        return f"feed address of {self.user_id}"
