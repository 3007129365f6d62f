"""What every receiver of posts has: a sealed address and secret, whether it is switched on, and who posts to it at the moment."""

from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal

LONGEST_SHOWN_HOST = 200  # letters: deliveries hold what is shown as an address of at most 254
ENDING = 4  # letters of a sealed address that are shown, to tell it from others


Row = TypeVar("Row", bound=models.Model)


class EndpointQuerySet(models.QuerySet[Row]):
    def free(self) -> Self:
        """Those to which nothing is being posted at the moment, and which do not rest."""
        return self.exclude(lease_until__gt=Now())

    def with_post_among(self, deliveries: models.QuerySet[Any]) -> Self:
        """Those for which one of these waits; whose last turn is longest ago comes first."""
        model: Any = self.model
        waits = Exists(deliveries.order_by().filter(**{model.column: OuterRef("pk")}))
        return self.filter(waits).order_by(F("lease_until").asc(nulls_first=True), "pk")


class Endpoint(models.Model):
    """An address lets whoever knows it post there, so it is sealed; so is the secret that signs."""

    column: ClassVar[str]  # of a delivery that goes there
    purpose: ClassVar[str]  # what is sealed is for one purpose

    label = models.CharField(_("label"), max_length=80)
    sealed_address = models.TextField(blank=True, editable=False)
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_old_secret = models.TextField(blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("switched on"), default=True)
    why_off = models.CharField(_("why it was switched off"), max_length=300, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    lease = models.UUIDField(null=True, editable=False)  # of who is posting there
    lease_until = models.DateTimeField(null=True, editable=False)  # without a lease: until when it rests
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The whole address: never to be shown, logged, or put into a message."""
        return unseal(self.sealed_address, purpose=f"{self.purpose}.address")

    @address.setter
    def address(self, address: str) -> None:
        self.sealed_address = seal(address, purpose=f"{self.purpose}.address")

    @property
    def is_readable(self) -> bool:
        """Whether the address can be unsealed: not under another FIELD_KEY than it was sealed with."""
        try:
            return bool(self.address)
        except InvalidToken:
            return False

    @property
    def shown_address(self) -> str:
        """As much of the address as tells it from others."""
        if not self.is_readable:
            return gettext("cannot be read any more; remove it and add it anew")
        address = self.address
        return f"{(urlsplit(address).hostname or '')[:LONGEST_SHOWN_HOST]}/…{address[-ENDING:]}"

    @property
    def is_signed(self) -> bool:
        """Whether it can tell by a secret that a post is ours (Standard Webhooks 1.0.0)."""
        return True

    def put_secret(self, secret: str) -> None:
        self.sealed_secret = seal(secret, purpose=f"{self.purpose}.secret")

    def change_secret(self, secret: str, *, old_until: datetime) -> None:
        """Sign with another secret, and until a moment with the one before it, too."""
        self.sealed_old_secret, self.old_secret_until = self.sealed_secret, old_until
        self.put_secret(secret)

    def secrets_at(self, moment: datetime) -> list[str]:
        """The secrets that sign at a moment: for a day after a change the one before it, too."""
        sealed = [self.sealed_secret]
        if self.old_secret_until and moment < self.old_secret_until:
            sealed.append(self.sealed_old_secret)
        return [unseal(each, purpose=f"{self.purpose}.secret") for each in sealed if each]
