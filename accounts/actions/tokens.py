"""Making, using and revoking API tokens."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.signing import is_well_formed, new_token, token_digest

LIFETIME = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)  # a busy program must not rewrite its row on every call


def make_token(*, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which nobody can read again.

    Args:
        expires_at: defaults to 90 days from now.
    """
    secret = new_token()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=token_digest(secret),
        ending=secret[-4:],
        scopes=sorted(set(scopes)),
        expires_at=expires_at or timezone.now() + LIFETIME,
    )
    return token, secret


def find_token(*, secret: str) -> ApiToken | None:
    """Return the usable token behind a secret, noting that it was used."""
    if not is_well_formed(secret):
        return None
    token = ApiToken.objects.usable().select_related("user__namespace").filter(digest=token_digest(secret)).first()
    if token:
        now = timezone.now()
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - SEEN_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def revoke_token(*, token: ApiToken) -> None:
    """End a token at once; its row stays, so that its owner sees what became of it."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
