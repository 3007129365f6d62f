"""How Django's own mails leave (codes, invitations, warnings): its usual ways, and signed like all others."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from digests.channels.wire import signature


class _Signing(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            mail.message = partial(_signed, mail)  # type: ignore[method-assign] # what the backend writes, asked for once
        return super().send_messages(email_messages)


class SignedSMTP(_Signing, SMTPBackend):
    """By the relay of EMAIL_URL."""

    def __init__(self, **options: Any) -> None:
        relay: Any = settings.RELAY
        way = {"host": relay.host, "port": relay.port, "username": relay.user, "password": relay.password}
        super().__init__(**options | way, use_tls=relay.starttls, use_ssl=relay.tls)


class SignedFiles(_Signing, FileBackend):
    """Into the folder of mail files."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"file_path": settings.MAIL_DIR})


class ByProvider(BaseEmailBackend):
    """Through MAIL_PROVIDER, which signs by itself. What it refuses is an OSError, as it is with a relay."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.backend = get_connection(f"anymail.backends.{settings.MAIL_PROVIDER}.EmailBackend", **options)

    def open(self) -> bool | None:
        return self.backend.open()

    def close(self) -> None:
        self.backend.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            return self.backend.send_messages(email_messages)
        except AnymailError as problem:
            raise OSError(str(problem)) from problem


def _signed(mail: EmailMessage) -> Any:
    message: Any = type(mail).message(mail)
    if value := signature(message.as_bytes(linesep="\r\n")):
        message["DKIM-Signature"] = value.replace("\r\n", "")
    return message
