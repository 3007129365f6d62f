"""Giving a token to a program whose person is at another screen: the device authorization grant (RFC 8628)."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.actions.tokens import LONGEST_PROGRAM, TokenRefused, leave_room, make_token
from accounts.models import ApiToken, DeviceRequest, Scope, User
from accounts.signing import new_secret, secret_digest

LIFETIME, INTERVAL, STEP = timedelta(minutes=15), 5, 5  # the latter two in seconds
EARLY = timedelta(seconds=1)  # a program that waits as told is early by what the network was slower last time
LETTERS, LENGTH = "BCDFGHJKLMNPQRSTVWXZ", 8  # RFC 8628, 6.1: no vowels, so no words; 34 bits for a quarter of an hour
# What the Hugging Face client can use here; it names no scopes.
USUAL_SCOPES = (Scope.PAPERS_READ, Scope.PAPERS_WRITE, Scope.LISTS_READ, Scope.LISTS_WRITE, Scope.DIGESTS_READ, Scope.TEAMS_READ)
State = DeviceRequest.State


class NotWaiting(Refused):
    """The request was answered already, or has expired."""


class NoToken(Exception):
    """A program gets no token, or none yet.

    Args:
        code: as RFC 6749, 5.2 and RFC 8628, 3.5 name it, such as authorization_pending.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def ask_for_token(*, client: str, scopes: Iterable[str], address: str, program: str) -> tuple[DeviceRequest, str, str]:
    """Note that a program asks for a token; return the request, the program's code and the one that its person types.

    Args:
        client: what the program calls itself, at most 80 characters.
        scopes: none means the usual ones.
        address: the program's IP address.
        program: its User-Agent.
    """
    device_code, letters = new_secret(), "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    asked = DeviceRequest.objects.create(
        device_code=secret_digest("device code", device_code),
        user_code=secret_digest("user code", as_shown(letters)),
        client=client,
        scopes=sorted(set(scopes) or USUAL_SCOPES),
        address=address,
        program=program[:LONGEST_PROGRAM],
        expires_at=timezone.now() + LIFETIME,
        interval=INTERVAL,
    )
    return asked, device_code, as_shown(letters)


def find_request(*, user_code: str) -> DeviceRequest | None:
    """Return the request that waits under a code, however its letters were typed."""
    return DeviceRequest.objects.waiting().filter(user_code=secret_digest("user code", as_shown(user_code))).first()


def as_shown(user_code: str) -> str:
    """Return a code as programs show it, such as BCDF-GHJK, whatever is between its letters."""
    letters = "".join(sign for sign in user_code.upper() if sign.isalnum())
    return f"{letters[:4]}-{letters[4:]}"


@transaction.atomic
def allow_request(*, request: DeviceRequest, user: User, scopes: Iterable[str]) -> None:
    """Let the program fetch a token of the person's with some of the scopes that it asked for.

    Raises:
        NotWaiting: somebody has answered meanwhile, or it is too late.
        TokenRefused: there are too many keys already.
    """
    leave_room(user)
    _settle(request, user=user, state=State.ALLOWED, scopes=sorted(set(scopes) & set(request.scopes)))


def refuse_request(*, request: DeviceRequest, user: User) -> None:
    """Tell the program no.

    Raises:
        NotWaiting: as for allow_request().
    """
    _settle(request, user=user, state=State.REFUSED)


def _settle(request: DeviceRequest, **answer: object) -> None:
    if not DeviceRequest.objects.waiting().filter(pk=request.pk).update(**answer):
        raise NotWaiting(_("This code does not wait any more. Start again in the program."))


def fetch_token(*, device_code: str, client: str) -> tuple[ApiToken, str]:
    """Return the token that was allowed, with its secret; only once, since the request ends with it.

    Raises:
        NoToken: with what to tell the program.
    """
    with transaction.atomic():
        rows = DeviceRequest.objects.select_for_update(of=("self",)).select_related("user__namespace")
        found = rows.filter(device_code=secret_digest("device code", device_code)).first()
        answer = (
            _answer(found)
            if found and found.client == client
            else NoToken("invalid_grant", _("There is no such code, or it was used already."))
        )
    if isinstance(answer, NoToken):  # raised here, since how often a program asked has to stay noted
        raise answer
    return answer


def _answer(found: DeviceRequest) -> tuple[ApiToken, str] | NoToken:
    now = timezone.now()
    if found.expires_at <= now:
        return NoToken("expired_token", _("The code has expired. Start again."))
    if found.state == State.REFUSED:
        return NoToken("access_denied", _("The person has refused."))
    if _is_hasty(found, now):
        return NoToken("slow_down", _("Ask every %(n)d seconds.") % {"n": found.interval})
    if found.state == State.WAITING or found.user is None:
        return NoToken("authorization_pending", _("The person has not answered yet."))
    return _token(found, found.user)


def _is_hasty(found: DeviceRequest, now: datetime) -> bool:
    """Whether a program asks again too soon; from then on it has to wait longer (RFC 8628, 3.5)."""
    hasty = found.asked_at is not None and now < found.asked_at + timedelta(seconds=found.interval) - EARLY
    found.asked_at = now
    found.interval = min(found.interval + STEP * hasty, int(LIFETIME.total_seconds()))
    found.save(update_fields=["asked_at", "interval"])
    return hasty


def _token(found: DeviceRequest, user: User) -> tuple[ApiToken, str] | NoToken:
    found.delete()
    if not user.is_active or user.deletion_due_at:
        return NoToken("access_denied", _("The account is closed."))
    try:
        return make_token(user=user, name=found.name, scopes=found.scopes)
    except TokenRefused as refused:
        return NoToken("access_denied", str(refused))
