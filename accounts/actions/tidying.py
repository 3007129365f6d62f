"""Throwing away what has run out: one statement each."""

from django.db.models.functions import Now

from accounts.models import Limit, Session


def tidy() -> None:
    """Delete limits and sessions that no longer count."""
    Limit.objects.filter(expires_at__lt=Now()).delete()
    Session.objects.filter(expire_date__lt=Now()).delete()
