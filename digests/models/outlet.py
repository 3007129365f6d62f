"""Where a team's digest goes beside its people: a mailing list, a chat, or any program that takes webhooks."""

from datetime import datetime
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.sealing import seal, unseal

ADDRESS, SECRET = "digests.outlet.address", "digests.outlet.secret"  # what is sealed is for one purpose
LONGEST_SHOWN_HOST = 200  # letters: deliveries hold what is shown as an address of at most 254
ENDING = 4  # letters of a sealed address that are shown, to tell it from others


class TeamOutletQuerySet(models.QuerySet["TeamOutlet"]):
    def open(self) -> "TeamOutletQuerySet":
        """Outlets that take digests: switched on, and confirmed where strangers could be written to."""
        return self.filter(is_active=True, confirmed_at__isnull=False)

    def stopped(self) -> "TeamOutletQuerySet":
        """Mailing lists that said stop: an unconfirmed one is switched off by nobody else."""
        return self.filter(kind=TeamOutlet.Kind.MAILING_LIST, is_active=False, confirmed_at=None)

    def free(self) -> "TeamOutletQuerySet":
        """Outlets to which nothing is being posted at the moment."""
        return self.exclude(lease_until__gt=Now())


class TeamOutlet(models.Model):
    """The address of a chat or program lets whoever knows it post there, so it is sealed; that of a mailing list is not secret."""

    class Kind(models.TextChoices):
        MAILING_LIST = "mailing_list", _("Mailing list")
        SLACK = "slack", _("Slack")
        MATTERMOST = "mattermost", _("Mattermost")
        DISCORD = "discord", _("Discord")
        MATRIX = "matrix", _("Matrix")
        WEBHOOK = "webhook", _("Webhook")

    team = models.ForeignKey("accounts.Team", models.CASCADE, related_name="digest_outlets")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    label = models.CharField(_("label"), max_length=80)
    mail_address = models.EmailField(_("address"), blank=True)
    sealed_address = models.TextField(blank=True, editable=False)
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_old_secret = models.TextField(blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("switched on"), default=True)
    why_off = models.CharField(_("why it was switched off"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    lease = models.UUIDField(null=True, editable=False)  # of the one delivery that is being posted there
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamOutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet of a team")
        verbose_name_plural = _("outlets of teams")

    def __str__(self) -> str:
        return f"{self.label} ({self.get_kind_display()})"

    @property
    def is_posted_to(self) -> bool:
        """Whether it is asked over HTTP, and not written a mail."""
        return self.kind != self.Kind.MAILING_LIST

    @property
    def is_signed(self) -> bool:
        """Whether it can tell by a secret that a post is ours (Standard Webhooks 1.0.0)."""
        return self.kind == self.Kind.WEBHOOK

    @property
    def is_stopped_by_list(self) -> bool:
        """Whether somebody who reads the mailing list said stop: only the list itself can want the mails again."""
        return not (self.is_posted_to or self.is_active or self.confirmed_at)

    @property
    def address(self) -> str:
        """The whole address: never to be shown, logged, or put into a message."""
        return unseal(self.sealed_address, purpose=ADDRESS) if self.is_posted_to else self.mail_address

    @address.setter
    def address(self, address: str) -> None:
        if self.is_posted_to:
            self.sealed_address = seal(address, purpose=ADDRESS)
        else:
            self.mail_address = address

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
        if not self.is_posted_to:
            return self.mail_address
        if not self.is_readable:
            return gettext("cannot be read any more; remove it and add it anew")
        address = self.address
        return f"{(urlsplit(address).hostname or '')[:LONGEST_SHOWN_HOST]}/…{address[-ENDING:]}"

    def secrets_at(self, moment: datetime) -> list[str]:
        """The secrets that sign at a moment: for a day after a change the one before it, too."""
        sealed = [self.sealed_secret]
        if self.old_secret_until and moment < self.old_secret_until:
            sealed.append(self.sealed_old_secret)
        return [unseal(each, purpose=SECRET) for each in sealed if each]
