"""What a token may do: each view names one scope for reading and one for writing."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.actions.tokens import require_scopes
from accounts.models import ApiToken, HouseRules, Scope, User

if TYPE_CHECKING:  # rest_framework.views reads its settings, which name this module
    from rest_framework.views import APIView


def reader_of(request: Request) -> User:
    """Return the person behind a request, where a visitor cannot be."""
    if isinstance(request.user, User):
        return request.user
    raise NotAuthenticated


def token_of(request: Request) -> ApiToken | None:
    """Return the token that a program showed; None for a person's session."""
    return request.auth if isinstance(request.auth, ApiToken) else None


def allows(request: Request, scope: Scope | None) -> bool:
    """Whether an answer may also hold what needs another scope than the view's own; a session has them all."""
    token = token_of(request)
    return token is None or scope in token.scopes


class HasScope(BasePermission):
    """A view says `read_scope` and `write_scope`; a session has them all, a visitor only public reading.

    `public_read = True` lets visitors read; rows are then still narrowed by `visible_to`.
    A view without a scope for what is asked is closed to tokens.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        method = (request.method or "").lower()
        if method not in view.http_method_names or not hasattr(view, method):
            return True  # DRF answers 405 next
        reading = request.method in SAFE_METHODS
        if not request.user.is_authenticated:
            return reading and getattr(view, "public_read", False) and HouseRules.current().public_reading
        scope = getattr(view, "read_scope" if reading else "write_scope", None)
        require_scopes(token_of(request), str(scope))
        return True
