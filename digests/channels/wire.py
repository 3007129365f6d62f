"""A mail as the bytes that leave the house, the same for every way out: lines ended, signed where there is a key."""

import re
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings

from digests.channels import dkim

WIRE = SMTP.clone(cte_type="7bit")


def on_the_wire(message: EmailMessage) -> bytes:
    """Return the mail without Return-Path, which is for the envelope (RFC 5321, 4.4), and with a signature before all else."""
    content = re.sub(rb"\AReturn-Path: .*\r\n", b"", message.as_bytes(policy=WIRE))
    content = content if content.endswith(b"\r\n") else content + b"\r\n"
    value = signature(content)
    return b"DKIM-Signature: " + value.encode() + b"\r\n" + content if value else content


def sender_of(message: EmailMessage) -> str:
    """Return the address for the envelope, to which bounces go."""
    return str(message["Return-Path"] or "").strip("<>") or str(message["From"].addresses[0].addr_spec)


def signature(content: bytes) -> str:
    """Return the value of DKIM-Signature for a mail; "" where no key is set."""
    if not settings.DKIM_KEY:
        return ""
    return dkim.signature(content, key=settings.DKIM_KEY, selector=settings.DKIM_SELECTOR, domain=settings.DKIM_DOMAIN)
