"""What mail systems report about mails: bounces (RFC 3464) and complaints (RFC 5965). Pure: facts from bytes, not believed yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses, parseaddr
from enum import Enum, auto

LONGEST_WORDS = 300  # characters
SENT_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
COMPLAINTS = {"abuse", "fraud", "virus", "other", "opt-out"}
# The mailbox itself is the matter: it is not there (1), is switched off (2.0, 2.1), or its domain is not (4.4); 0.0 says nothing more.
GONE = re.compile(r"5\.(1\.[0-46]|1\.10|2\.[01]|4\.4|0\.0)")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class Kind(Enum):
    HARD = auto()  # the mailbox takes no mail, now or ever
    SOFT = auto()  # given up on, for a reason that may pass: full, too large, a policy
    COMPLAINT = auto()  # the reader said that it is spam


@dataclass(frozen=True)
class Report:
    """One report.

    `sent_to` are the addresses to which the report itself came, of which one tells the mail where bounces have addresses of
    their own; `message_id` is that of the mail that came back, as far as it came back; `recipient` whom it did not reach.
    """

    kind: Kind
    sent_to: tuple[str, ...]
    message_id: str
    recipient: str
    words: str


def read_report(content: bytes) -> Report | None:
    """Return what a mail reports, or None if it is no report or reports nothing final: an answer of a robot, a delay."""
    message = message_from_bytes(content)
    parts = list(message.walk())
    told = _complaint(parts) or _bounce(parts)
    if told is None:
        return None
    kind, recipient, envelope, words = told
    headers = [str(value) for name in SENT_TO for value in message.get_all(name, [])]
    sent_to = tuple(address for _name, address in getaddresses([*headers, envelope]) if address)
    return Report(kind, sent_to, _message_id(parts), recipient, " ".join(words.split())[:LONGEST_WORDS])


def kind_of_bounce(status: str) -> Kind:
    """Sort an enhanced status code (RFC 3463): hard is only what is the mailbox's own and will not pass."""
    return Kind.HARD if GONE.fullmatch(status) else Kind.SOFT


def status_in(words: str) -> str:
    """Return the first enhanced status code in what a relay said, or ""."""
    found = STATUS.search(words)
    return found[1] if found else ""


def _complaint(parts: list[Message]) -> tuple[Kind, str, str, str] | None:
    for fields in _blocks(parts, "message/feedback-report"):
        if _field(fields, "Feedback-Type").lower() in COMPLAINTS:
            envelope, recipient = _field(fields, "Original-Mail-From"), _address(_field(fields, "Original-Rcpt-To"))
            return Kind.COMPLAINT, recipient, envelope, _field(fields, "Feedback-Type")
    return None


def _bounce(parts: list[Message]) -> tuple[Kind, str, str, str] | None:
    for fields in _blocks(parts, "message/delivery-status"):
        if _field(fields, "Action").lower() == "failed":
            words = _field(fields, "Diagnostic-Code").partition(";")[2] or _field(fields, "Diagnostic-Code")
            status = _field(fields, "Status").partition(" ")[0]
            status = status_in(words) or status if status in {"", "5.0.0", "4.0.0"} else status  # a relay that says nothing quotes another
            recipient = _address(_field(fields, "Original-Recipient") or _field(fields, "Final-Recipient"))
            return kind_of_bounce(status), recipient, "", words if status in words else f"{status} {words}"
    return None


def _blocks(parts: list[Message], kind: str) -> Iterator[Message]:
    """Yield the groups of fields of a part that is made of them; Python's parser takes each for a mail of its own."""
    for part in parts:
        if part.get_content_type() == kind and isinstance(payload := part.get_payload(), list):
            yield from (block for block in payload if isinstance(block, Message))


def _message_id(parts: list[Message]) -> str:
    """Find the Message-ID of the mail that came back; those of the report's own headers prove nothing."""
    for part in parts:
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(payload, list) and isinstance(payload[0], Message):
            return _field(payload[0], "Message-ID")
        if part.get_content_type() == "text/rfc822-headers" and isinstance(payload, str):
            return _field(message_from_string(payload.lstrip()), "Message-ID")
    return ""


def _field(fields: Message, name: str) -> str:
    return " ".join(str(fields.get(name, "")).replace("\0", "").split())


def _address(typed: str) -> str:
    """Return the address in a field such as: rfc822; ada@lab.example."""
    return parseaddr(typed.rpartition(";")[2].strip())[1].lower()
