"""What relays say, in words for readers: by the enhanced status code of RFC 3463, else by the reply code of RFC 5321. Pure."""

import re
from enum import Enum

from digests.reports import status_in

REPLY = re.compile(r"\s*([245]\d\d)\b")
OUR_FAULT = re.compile(r"\s*(?:\w+\.)*\w*(?:Error|Exception|DoesNotExist)\b")
NO_ANSWER = re.compile(r"\s*(Connection\w*Error|TimeoutError|timeout|gaierror|OSError|BrokenPipeError|SSL\w*Error|SMTP\w*|socket\.\w+):")


class Cause(Enum):
    """Why a mail did not arrive, as far as it makes a difference to its reader."""

    NO_MAILBOX = "no mailbox"
    MAILBOX_OFF = "mailbox off"
    MAILBOX_FULL = "mailbox full"
    TOO_BIG = "too big"
    ADDRESS_WRONG = "address wrong"
    NO_SUCH_DOMAIN = "no such domain"
    REFUSED_BY_POLICY = "refused by policy"
    TAKEN_FOR_SPAM = "taken for spam"
    GREYLISTED = "greylisted"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    NO_ENTRY = "no entry"  # the relay does not let this site in: for the administrator to mend
    BROKEN_HERE = "broken here"
    REFUSED = "refused"
    LATER = "later"


# The class (4 or 5), subject and detail of RFC 3463 and its registry; None stands for any. The first that fits is taken.
CODES: list[tuple[int | None, int, int | None, Cause]] = [
    (None, 1, 1, Cause.NO_MAILBOX),
    (None, 1, 2, Cause.NO_SUCH_DOMAIN),
    (None, 1, 10, Cause.NO_SUCH_DOMAIN),  # a null MX, RFC 7505
    (None, 1, 6, Cause.NO_MAILBOX),  # moved, and nobody says where to
    (None, 1, 7, Cause.NO_ENTRY),  # the sender's own address
    (None, 1, 8, Cause.NO_ENTRY),
    (None, 1, None, Cause.ADDRESS_WRONG),
    (None, 2, 1, Cause.MAILBOX_OFF),
    (None, 2, 2, Cause.MAILBOX_FULL),
    (None, 2, 3, Cause.TOO_BIG),
    (None, 3, 4, Cause.TOO_BIG),
    (None, 3, None, Cause.BUSY),
    (None, 4, 4, Cause.NO_SUCH_DOMAIN),
    (None, 4, None, Cause.BUSY),
    (4, 7, 0, Cause.BUSY),
    (4, 7, None, Cause.GREYLISTED),
    (5, 7, 8, Cause.NO_ENTRY),
    (5, 7, 9, Cause.NO_ENTRY),
    (5, 7, None, Cause.REFUSED_BY_POLICY),
]
# Where a relay gives no status code. 552 and 452 are about space, 550 is most often the mailbox.
REPLIES = {
    421: Cause.BUSY,
    450: Cause.GREYLISTED,
    451: Cause.BUSY,
    452: Cause.MAILBOX_FULL,
    530: Cause.NO_ENTRY,
    535: Cause.NO_ENTRY,
    550: Cause.NO_MAILBOX,
    551: Cause.NO_MAILBOX,
    552: Cause.MAILBOX_FULL,
    553: Cause.ADDRESS_WRONG,
    554: Cause.REFUSED_BY_POLICY,
    556: Cause.NO_SUCH_DOMAIN,
}


def cause_of(reason: str) -> Cause | None:
    """Read a reason as it is kept with a delivery.

    Args:
        reason: a relay's answer, such as "550 5.1.1 no such user", a problem, such as "TimeoutError: timed out", or words of ours.

    Returns:
        None for words of ours, which need no other words.
    """
    if reply := REPLY.match(reason):
        return _of_answer(int(reply[1]), reason)
    if NO_ANSWER.match(reason):
        return Cause.NO_ENTRY if reason.startswith("SMTPAuthentication") else Cause.NO_ANSWER
    return Cause.BROKEN_HERE if OUR_FAULT.match(reason) else None


def _of_answer(reply: int, words: str) -> Cause:
    """Spam is told by words only: RFC 3463 has no code for it."""
    if re.search(r"spam|junk|blacklist|blocklist|block list|reputation", words, re.IGNORECASE):
        return Cause.TAKEN_FOR_SPAM
    if re.search(r"gr[ae]y-?list", words, re.IGNORECASE):
        return Cause.GREYLISTED
    if status := status_in(words):
        found = tuple(int(number) for number in status.split("."))
        for kind, subject, detail, cause in CODES:
            if kind in {None, found[0]} and subject == found[1] and detail in {None, found[2]}:
                return cause
    return REPLIES.get(reply, Cause.REFUSED if reply >= 500 else Cause.LATER)
