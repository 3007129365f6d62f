"""The mail that a reader asks for to see whether mail arrives. It takes the same way as all others."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from digests.mails.frame import absolute, write_mail
from digests.models import Delivery


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    readers = User.objects.in_bulk([delivery.reader_id for delivery in deliveries])
    return lambda delivery: _write(delivery, readers[delivery.reader_id or 0])


def _write(delivery: Delivery, reader: User) -> EmailMessage:
    with translation.override(reader.language):
        context = {"settings_url": absolute(reverse("digests:settings")), "archive_url": absolute(reverse("digests:archive"))}
        return write_mail(delivery, "test", context, name=reader.full_name, stop_url="", list_name="test")
