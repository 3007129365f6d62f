"""The ways out: one file each. Which one mail takes is decided here."""

from django.conf import settings

from digests.channels.base import BeforeDot, Channel, Outcome, Verdict
from digests.channels.email import EmailChannel
from digests.channels.file import FileChannel
from digests.channels.provider import ProviderChannel
from digests.channels.webhook import WebhookChannel

__all__ = ["BeforeDot", "Channel", "Outcome", "Verdict", "open_channel", "open_webhooks"]


def open_channel() -> Channel:
    """Return the provider of MAIL_PROVIDER or the relay of EMAIL_URL, or without either the folder of mail files."""
    if settings.MAIL_PROVIDER:
        return ProviderChannel(settings.MAIL_PROVIDER)
    if settings.RELAY:
        return EmailChannel(settings.RELAY, timeout=settings.EMAIL_TIMEOUT, journal=settings.DELIVERY_JOURNAL)
    return FileChannel(settings.MAIL_DIR)


def open_webhooks() -> WebhookChannel:
    """Return the way to chats and programs."""
    agent = f"Lectern ({settings.SITE_URL}; mailto:{settings.CONTACT_ADDRESS})"
    return WebhookChannel(agent=agent, longest=settings.POST_TIMEOUT, may_ask_private=settings.FETCH_PRIVATE)
