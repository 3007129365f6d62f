"""Answering a repeated request as the first one was (draft-ietf-httpapi-idempotency-key-header)."""

import json
from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.locks import hold_if_free
from accounts.models import KeptAnswer
from accounts.sealing import seal, unseal

PURPOSE = "kept answer"


class StillRunning(Refused):
    """The first request with this key has not been answered yet."""

    def __init__(self) -> None:
        super().__init__(_("The first request with this Idempotency-Key is still running. Send it again in a moment."))


class OtherRequest(Exception):
    """The key was sent with another request before."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


def recall_answer(*, key: str, fingerprint: str) -> Answer | None:
    """Return what was answered under a key, or None: then the key is the caller's until its transaction ends.

    Args:
        key: as key_of spells it.
        fingerprint: of the request.

    Raises:
        StillRunning: another transaction holds the key.
        OtherRequest: the key stands for a request with another fingerprint.
    """
    if not hold_if_free(key):
        raise StillRunning
    kept = KeptAnswer.objects.told_again().filter(pk=key).first()
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise OtherRequest
    return Answer(**json.loads(unseal(kept.sealed, purpose=PURPOSE)))


def keep_answer(*, key: str, fingerprint: str, answer: Answer) -> None:
    """Keep an answer for a day, in the transaction that also did what it tells of."""
    KeptAnswer.objects.filter(pk=key).delete()  # one that has run out and was not tidied away yet
    sealed = seal(json.dumps(asdict(answer)), purpose=PURPOSE)
    KeptAnswer.objects.create(key=key, fingerprint=fingerprint, sealed=sealed)


def key_of(caller: str, chosen: str) -> str:
    """Return the name of an answer in the table: a keyed hash, so that the table tells nobody's doings."""
    return salted_hmac(PURPOSE, f"{caller}|{chosen}", secret=settings.TOKEN_PEPPER, algorithm="sha256").hexdigest()
