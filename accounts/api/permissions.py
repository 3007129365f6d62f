"""What a token may do: each view names one scope for reading and one for writing."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself loads the permission classes


class HasScope(BasePermission):
    """A view says `read_scope` and `write_scope`; a session has them all, a visitor only public reading.

    `public_read = True` lets visitors read; rows are then still narrowed by `visible_to`.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        reading = request.method in SAFE_METHODS
        if not request.user.is_authenticated:
            return reading and getattr(view, "public_read", False)
        if not isinstance(request.auth, ApiToken):
            return True
        scope = view.read_scope if reading else view.write_scope
        self.message = f"This token lacks the scope {scope}."
        return scope in request.auth.scopes
