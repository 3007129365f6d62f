"""Throwing away what has run out: one statement each."""

from django.db.models.functions import Now

from accounts.models import DeviceRequest, KeptAnswer, Limit, Session, Worker


def tidy() -> None:
    """Delete limits, sessions, kept answers and requests for tokens that no longer count, and the rows that killed processes left."""
    Limit.objects.filter(expires_at__lt=Now()).delete()
    Session.objects.filter(expire_date__lt=Now()).delete()
    KeptAnswer.objects.forgettable().delete()
    DeviceRequest.objects.forgettable().delete()
    Worker.objects.forgettable().delete()
