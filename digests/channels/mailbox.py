"""The mailbox to which bounces and complaints come, read over IMAP (RFC 9051)."""

import imaplib
import ssl
from collections.abc import Generator
from contextlib import suppress
from typing import Any, Protocol

from digests.channels.base import Server

MOST, LONGEST = 500, 262_144  # mails in one look, and bytes of one that are read: what counts is at its beginning


class MailboxAddress(Server, Protocol):
    """Where the mailbox is and how to get in: what BOUNCE_URL says."""

    @property
    def folder(self) -> str: ...


def unread_mails(address: MailboxAddress, *, timeout: float) -> Generator[bytes]:
    """Yield the unread mails of a mailbox, oldest first. Each counts as read once the next is asked for, and stays where it is.

    Args:
        timeout: seconds to wait for each answer.

    Raises:
        OSError: the server is away, or hung up.
        imaplib.IMAP4.error: it said no.
    """
    imap = _connect(address, timeout)
    try:
        imap.login(address.user, address.password)
        _expect(imap.select(_quoted(address.folder)))
        numbers = _expect(imap.uid("SEARCH", "UNSEEN"))[0] or b""
        for number in numbers.decode().split()[:MOST]:
            answer = _expect(imap.uid("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST}>)"))
            yield next((part[1] for part in answer if isinstance(part, tuple)), b"")
            _expect(imap.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"))
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            imap.logout()
        with suppress(OSError):
            imap.shutdown()


def _connect(address: MailboxAddress, timeout: float) -> imaplib.IMAP4:
    if address.tls:
        return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=ssl.create_default_context(), timeout=timeout)
    return imaplib.IMAP4(address.host, address.port, timeout=timeout)


def _expect(answer: tuple[str, Any]) -> list[Any]:
    kind, content = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{kind} {content!r}")
    return list(content)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
