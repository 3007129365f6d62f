"""A program that has no browser asks for a token: what waits for its person's answer (RFC 8628)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.token import Scope

TOLD_FOR = timedelta(hours=1)  # how long a program is told that its code has expired, rather than that there is none
CLIENTS = {"26be6b09-91c5-47da-9861-d2d2bb7a7e36": "hf (Hugging Face client)"}  # programs that call themselves by a number


class DeviceRequestQuerySet(models.QuerySet["DeviceRequest"]):
    def waiting(self) -> "DeviceRequestQuerySet":
        """Those that a person may still answer."""
        return self.filter(state=DeviceRequest.State.WAITING, expires_at__gt=timezone.now())

    def forgettable(self) -> "DeviceRequestQuerySet":
        return self.filter(expires_at__lt=Now() - TOLD_FOR)


class DeviceRequest(models.Model):
    """Of both codes only keyed hashes are stored; the token is made when the program fetches it, and then this row goes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        ALLOWED = "allowed", _("allowed")
        REFUSED = "refused", _("refused")

    device_code = models.CharField(max_length=64, unique=True, editable=False)
    user_code = models.CharField(max_length=64, unique=True, editable=False)
    client = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope))
    address = models.GenericIPAddressField()
    program = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    asked_at = models.DateTimeField(null=True)
    interval = models.PositiveSmallIntegerField()

    objects = DeviceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a program for a token")

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def name(self) -> str:
        """What the program calls itself; nobody vouches for it."""
        return CLIENTS.get(self.client, self.client)
