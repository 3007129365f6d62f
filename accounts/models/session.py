"""A log-in of one browser. Its key is stored hashed and its content sealed (accounts/sessions.py)."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# Some browsers name others, too: the first sign that fits counts.
BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")]


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

    @property
    def program_name(self) -> str:
        """The browser and the system in a few words, as far as its own description lets one guess."""
        browser = next((name for sign, name in BROWSERS if sign in self.program), "")
        system = next((name for sign, name in SYSTEMS if sign in self.program), "")
        known = ", ".join(filter(None, [browser, system]))
        return known or self.program[:40] or str(_("unknown program"))
