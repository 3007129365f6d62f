"""The tokens in links of mails. Each gives one right and nothing else, and never expires, since an old mail must still work.

One does expire, since it begins something: that which proves a visitor's address.
"""

import hmac
from base64 import b32encode
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

SHORT = 22  # characters of base64, so 132 bits: a digest of fifty papers holds two hundred of them


class _ShortSigner(signing.Signer):
    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:SHORT]


_unsubscriber = signing.Signer(salt="digests.unsubscribe", sep=".")
_tuner = signing.Signer(salt="digests.preferences", sep=".")
_stopper = signing.Signer(salt="digests.notices", sep=".")
_team_stopper = signing.Signer(salt="digests.team_stop", sep=".")
_outlet_confirmer = signing.Signer(salt="digests.outlet_confirm", sep=".")
_outlet_stopper = signing.Signer(salt="digests.outlet_stop", sep=".")
_answerer = _ShortSigner(salt="digests.answer", sep=".")
_opener = _ShortSigner(salt="digests.open", sep=".")

_confirmer = signing.TimestampSigner(salt="digests.visitor_confirm", sep=".")
_visitor = signing.Signer(salt="digests.visitor", sep=".")


def unsubscribe_token(subscription_id: int) -> str:
    """Sign a subscription, to end it."""
    return _unsubscriber.sign(str(subscription_id))


def read_unsubscribe_token(token: str) -> int | None:
    """Return the subscription that a token of ours names, or None for any other text."""
    return _number(_unsubscriber, token)


def preferences_token(subscription_id: int) -> str:
    """Sign a subscription, to say when its digest comes, and whether: its cadence, day, hour and length, pause, stop and start."""
    return _tuner.sign(str(subscription_id))


def read_preferences_token(token: str) -> int | None:
    """Return the subscription that a token of ours lets one tune, or None for any other text."""
    return _number(_tuner, token)


def stop_token(user_id: int, topic: str) -> str:
    """Sign a reader and a topic, to end the mails about it."""
    return _stopper.sign(f"{user_id}-{topic}")


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return the reader and the topic that a token of ours names, or None for any other text."""
    return _pair(_stopper, token)


def team_stop_token(user_id: int, team_id: int) -> str:
    """Sign a reader and a team, to end the mails of its digest to that reader."""
    return _team_stopper.sign(f"{user_id}-{team_id}")


def read_team_stop_token(token: str) -> tuple[int, int] | None:
    """Return the reader and the team that a token of ours names, or None for any other text."""
    named = _pair(_team_stopper, token)
    return (named[0], int(named[1])) if named else None


def outlet_confirm_token(outlet_id: int) -> str:
    """Sign a mailing list, to let a team's digests come there."""
    return _outlet_confirmer.sign(str(outlet_id))


def read_outlet_confirm_token(token: str) -> int | None:
    """Return the outlet that a token of ours lets one confirm, or None for any other text."""
    return _number(_outlet_confirmer, token)


def outlet_stop_token(outlet_id: int) -> str:
    """Sign a mailing list, to end the mails of a team's digest to it."""
    return _outlet_stopper.sign(str(outlet_id))


def read_outlet_stop_token(token: str) -> int | None:
    """Return the outlet that a token of ours lets one stop, or None for any other text."""
    return _number(_outlet_stopper, token)


def answer_token(entry_id: int) -> str:
    """Sign a paper in a digest, to answer in its reader's name."""
    return _answerer.sign(str(entry_id))


def read_answer_token(token: str) -> int | None:
    """Return the paper in a digest that a token of ours lets one answer, or None for any other text."""
    return _number(_answerer, token)


def open_token(entry_id: int) -> str:
    """Sign a paper in a digest, to be led to it: a link that readers pass on, so it must not answer for them."""
    return _opener.sign(str(entry_id))


def read_open_token(token: str) -> int | None:
    """Return the paper in a digest that a token of ours leads to, or None for any other text."""
    return _number(_opener, token)


def confirm_token(subscription_id: int, address: str) -> str:
    """Sign a visitor's subscription and its address, to prove that whoever uses it reads mail to that address."""
    return _confirmer.sign(f"{subscription_id}-{address_mark(address)}")


def read_confirm_token(token: str, *, max_age: timedelta) -> tuple[int, str] | None:
    """Return the subscription and the mark of the address that a token of ours names, or None for any other text or an old one."""
    try:
        number, _dash, mark = _confirmer.unsign(token, max_age=max_age).partition("-")
    except signing.BadSignature:
        return None
    return int(number), mark


def is_confirm_token(token: str) -> bool:
    """Tell a token of ours, however old, from any other text."""
    try:
        return bool(_confirmer.unsign(token))
    except signing.BadSignature:
        return False


def address_mark(address: str) -> str:
    """Return what stands for an address in a token, which logs and histories of browsers may keep."""
    return salted_hmac("digests.visitor_address", address.lower(), algorithm="sha256").hexdigest()[:16]


def visitor_token(subscription_id: int) -> str:
    """Sign a visitor's subscription, to tune it, to end it or to have it forgotten."""
    return _visitor.sign(str(subscription_id))


def read_visitor_token(token: str) -> int | None:
    """Return the subscription that a token of ours is about, or None for any other text."""
    return _number(_visitor, token)


def bounce_token(delivery_id: int) -> str:
    """Sign a mail, for the address to which it comes back: small letters and digits, since some relays change the case."""
    return f"{delivery_id}-{_mark(delivery_id)}"


def read_bounce_token(token: str) -> int | None:
    """Return the mail that a token of ours names, or None for any other text."""
    number, _dash, mark = token.lower().partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return int(number) if hmac.compare_digest(mark.encode(), _mark(int(number)).encode()) else None


def _mark(delivery_id: int) -> str:
    """100 bits, in 20 letters: an address has room for 64 before its @ (RFC 5321, 4.5.3.1.1)."""
    digest = salted_hmac("digests.bounce", str(delivery_id), algorithm="sha256").digest()
    return b32encode(digest)[:20].decode().lower()


def _number(signer: signing.Signer, token: str) -> int | None:
    try:
        return int(signer.unsign(token))
    except signing.BadSignature:
        return None


def _pair(signer: signing.Signer, token: str) -> tuple[int, str] | None:
    try:
        number, _dash, rest = signer.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return int(number), rest
