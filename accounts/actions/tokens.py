"""Making, using and revoking API tokens, of a person or of a team."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused, lock_team, require_role
from accounts.models import ApiToken, Role, Team, User
from accounts.models.token import TEAM_SCOPES
from accounts.signing import is_well_formed, new_token, token_digest

LIFETIME = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)  # a busy program must not rewrite its row on every call
MOST_TOKENS = 100
LONGEST_PROGRAM = 200  # characters of a User-Agent


class TokenRefused(Refused):
    """Too many keys, or a scope that a team's key cannot have."""


def require_scopes(token: ApiToken | None, *scopes: str) -> None:
    """See that a program may do what these scopes allow; a person, who shows no token, may.

    Raises:
        PermissionDenied: the token lacks one.
    """
    if token and (lacking := {*scopes} - {*token.scopes}):
        raise PermissionDenied(_("This token lacks the scope %(scope)s.") % {"scope": ", ".join(sorted(lacking))})


@transaction.atomic
def make_token(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None, team: Team | None = None
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which nobody can read again.

    Args:
        expires_at: defaults to 90 days from now.
        team: makes a team's key: it acts as its maker, but only within the team, and
            only as long as its maker is maintainer or owner.

    Raises:
        PermissionDenied: the person does not manage the team.
        TokenRefused: a scope is none for a team's key, or there are too many keys already.
    """
    scopes = sorted(set(scopes))
    if team:
        require_role(lock_team(team), user, Role.MAINTAINER)
        if alien := set(scopes) - set(TEAM_SCOPES):
            raise TokenRefused(_("A team's key cannot have the scope %(scope)s.") % {"scope": ", ".join(sorted(alien))})
    leave_room(user)
    secret = new_token()
    token = ApiToken.objects.create(
        user=user,
        team=team,
        name=name,
        digest=token_digest(secret),
        ending=secret[-4:],
        scopes=scopes,
        expires_at=expires_at or timezone.now() + LIFETIME,
    )
    if team:
        record_event(kind="token.team_made", actor=user, team=team, name=name)
    return token, secret


def leave_room(user: User) -> None:
    """Inside a transaction, see that a person may have one more key.

    Raises:
        TokenRefused: there are too many that work.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two made at once are counted one after the other
    if ApiToken.objects.usable().filter(user=user).count() >= MOST_TOKENS:
        raise TokenRefused(_("You have %(n)d keys that work. Revoke one first.") % {"n": MOST_TOKENS})


def find_token(*, secret: str, address: str | None = None, program: str = "") -> ApiToken | None:
    """Return the usable token behind a secret, noting when, from where and by what program it was used.

    Args:
        address: the client's IP address.
        program: the client's User-Agent.
    """
    if not is_well_formed(secret):
        return None
    token = ApiToken.objects.usable().select_related("user__namespace").filter(digest=token_digest(secret)).first()
    if token:
        now = timezone.now()
        if token.last_used_at is None or token.last_used_at < now - SEEN_EVERY:
            seen = {"last_used_at": now, "last_address": address, "last_program": program[:LONGEST_PROGRAM]}
            ApiToken.objects.filter(pk=token.pk).update(**seen)
        token.user.only_team_id = token.team_id
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User | None = None) -> None:
    """End a token at once; its row stays, so that its owner sees what became of it.

    Raises:
        PermissionDenied: the actor is neither its maker nor manages its team.
    """
    if token.team and actor and actor.pk != token.user_id:
        require_role(lock_team(token.team), actor, Role.MAINTAINER)
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if ended and token.team:
        record_event(kind="token.team_revoked", actor=actor, team=token.team, name=token.name)
