"""The secret address of the feed of a reader's digests."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from papers.models.feed_address import SecretFeed


class DigestFeedAddress(SecretFeed):
    """Of a reader's digests; what opens one's stream of what one follows does not open it."""

    purpose = "digest-feed"
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("feed address of digests")

    def __str__(self) -> str:
        return f"feed address of the digests of {self.user_id}"
