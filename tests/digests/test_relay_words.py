"""What relays answer, read for readers: by RFC 3463, by the reply code, by words."""

import pytest

from digests.delivery_lines import WORDS
from digests.relay_words import Cause, cause_of

ANSWERS = {
    "550 5.1.1 <you@gone.example>: Recipient address rejected: User unknown": Cause.NO_MAILBOX,
    "550-5.1.1 The email account that you tried to reach does not exist": Cause.NO_MAILBOX,
    "550 no such user": Cause.NO_MAILBOX,
    "550 5.1.2 Host unknown": Cause.NO_SUCH_DOMAIN,
    "556 5.1.10 Recipient address has a null MX": Cause.NO_SUCH_DOMAIN,
    "553 5.1.3 bad destination mailbox address syntax": Cause.ADDRESS_WRONG,
    "550 5.1.8 bad sender": Cause.NO_ENTRY,
    "550 5.2.1 mailbox disabled": Cause.MAILBOX_OFF,
    "452 4.2.2 mailbox full": Cause.MAILBOX_FULL,
    "552 5.2.2 over quota": Cause.MAILBOX_FULL,
    "552 5.3.4 message too big": Cause.TOO_BIG,
    "451 4.3.2 system not accepting messages": Cause.BUSY,
    "451 4.4.1 no answer from host": Cause.BUSY,
    "450 4.7.1 please come back later": Cause.GREYLISTED,
    "451 greylisted, try again in 300 seconds": Cause.GREYLISTED,
    "421 4.7.0 Try again later": Cause.BUSY,
    "550 5.7.1 relaying denied": Cause.REFUSED_BY_POLICY,
    "550 5.7.26 unauthenticated": Cause.REFUSED_BY_POLICY,
    "535 5.7.8 bad credentials": Cause.NO_ENTRY,
    "554 5.7.1 Message looks like SPAM": Cause.TAKEN_FOR_SPAM,
    "554 your address is on our blocklist": Cause.TAKEN_FOR_SPAM,
    "421 closing": Cause.BUSY,
    "599 what is this": Cause.REFUSED,
    "499 what is this": Cause.LATER,
    "SMTPServerDisconnected: Connection unexpectedly closed": Cause.NO_ANSWER,
    "ConnectionRefusedError: [Errno 111] Connection refused": Cause.NO_ANSWER,
    "TimeoutError: timed out": Cause.NO_ANSWER,
    "SMTPAuthenticationError: (535, b'no')": Cause.NO_ENTRY,
    "KeyError: 17": Cause.BROKEN_HERE,
    "DoesNotExist: Digest matching query does not exist.": Cause.BROKEN_HERE,
}


@pytest.mark.parametrize("reason", ANSWERS)
def test_an_answer_is_read_by_its_codes_and_words(reason: str) -> None:
    assert cause_of(reason) is ANSWERS[reason]


@pytest.mark.parametrize(
    "reason", ["", "stale: a newer week's digest took its place", "the reader wants no digest", "5 papers", "no new papers"]
)
def test_words_of_ours_need_no_others(reason: str) -> None:
    assert cause_of(reason) is None


def test_there_are_words_and_advice_for_every_cause() -> None:
    assert WORDS.keys() == set(Cause)
    assert all(str(what) and str(advice) for what, advice in WORDS.values())
