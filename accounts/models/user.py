"""A person: logs in with an e-mail address, is known by a handle."""

import zoneinfo
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.models.namespace import Namespace


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone; use a name such as Europe/Berlin."), params={"name": name})


class UserManager(BaseUserManager["User"]):
    """Loads a person together with the handle, which every page shows."""

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().select_related("namespace")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    @transaction.atomic
    def create_user(self, email: str, password: str | None = None, *, handle: str = "", **fields: Any) -> "User":
        """Create a person and claim the handle; without one, a free one is made from the address."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        Namespace.objects.create(name=handle or self.free_handle(email), user=user)
        return user

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator. Whoever has the command line need not prove the address by a mail."""
        from allauth.account.models import EmailAddress  # it needs this model first

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def free_handle(self, email: str) -> str:
        base = names.suggest(email.partition("@")[0])[: names.LONGEST - 5].rstrip("-")
        taken = set(Namespace.objects.filter(name__startswith=base).values_list("name", flat=True))
        spellings = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in spellings if name not in taken)


class Theme(models.TextChoices):
    SYSTEM = "system", _("as my system has it")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True, error_messages={"unique": _("This address is taken.")})
    full_name = models.CharField(_("name"), max_length=120, blank=True)
    affiliation = models.CharField(_("affiliation"), max_length=160, blank=True)
    orcid = models.CharField("ORCID", max_length=19, blank=True, validators=[RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(_("may use the admin site"), default=False)
    theme = models.CharField(_("colours"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    shows_votes = models.BooleanField(_("people with an account here may see which papers I upvoted"), default=True)
    shows_reading = models.BooleanField(_("my teams may see which papers of their lists I have read"), default=True)
    deletion_due_at = models.DateTimeField(_("will be deleted at"), null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo account"), default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    only_team_id: int | None = None  # set where a team's key acts as its maker, within that team only

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(name="email_is_lower_case", condition=models.Q(email=Lower("email"))),
        ]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name

    @property
    def handle(self) -> str:
        return self.namespace.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Zones get renamed; a machine that does not know a reader's any more shows UTC rather than nothing."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo("UTC")

    @property
    def display_name(self) -> str:
        return self.full_name or self.handle

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.handle
