"""A log-in of one browser. Its key is stored hashed and its content sealed (accounts/sessions.py)."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self) -> "SessionQuerySet":
        return self.filter(expire_date__gt=Now()).order_by("-seen_at", "-created_at")


class Session(AbstractBaseSession):
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions")
    address = models.GenericIPAddressField(_("address"), null=True)
    program = models.CharField(_("browser"), max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("session")

    def __str__(self) -> str:
        return f"session of {self.user_id}"
