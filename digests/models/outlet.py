"""Where a team's digest goes beside its people: a mailing list, a chat, or any program that takes webhooks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from digests.models.endpoint import Endpoint, EndpointQuerySet


class TeamOutletQuerySet(EndpointQuerySet["TeamOutlet"]):
    def open(self) -> "TeamOutletQuerySet":
        """Outlets that take digests: switched on, and confirmed where strangers could be written to."""
        return self.filter(is_active=True, confirmed_at__isnull=False)

    def stopped(self) -> "TeamOutletQuerySet":
        """Mailing lists that said stop: an unconfirmed one is switched off by nobody else."""
        return self.filter(kind=TeamOutlet.Kind.MAILING_LIST, is_active=False, confirmed_at=None)


class TeamOutlet(Endpoint):
    """The address of a mailing list is not secret, unlike that of a chat or program."""

    class Kind(models.TextChoices):
        MAILING_LIST = "mailing_list", _("Mailing list")
        SLACK = "slack", _("Slack")
        MATTERMOST = "mattermost", _("Mattermost")
        DISCORD = "discord", _("Discord")
        MATRIX = "matrix", _("Matrix")
        WEBHOOK = "webhook", _("Webhook")

    column, purpose = "outlet", "digests.outlet"

    team = models.ForeignKey("accounts.Team", models.CASCADE, related_name="digest_outlets")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    mail_address = models.EmailField(_("address"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

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
        return super().address if self.is_posted_to else self.mail_address

    @address.setter
    def address(self, address: str) -> None:
        if self.is_posted_to:
            Endpoint.address.fset(self, address)  # type: ignore[attr-defined]
        else:
            self.mail_address = address

    @property
    def shown_address(self) -> str:
        """As much of the address as tells it from others."""
        return super().shown_address if self.is_posted_to else self.mail_address
