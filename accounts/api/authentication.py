"""`Authorization: Bearer lectern_pat_…` for programs."""

from typing import Any

from allauth.account.adapter import get_adapter
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.actions.tokens import find_token
from accounts.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = find_token(
            secret=secret.strip().decode("ascii", "replace"),
            address=get_adapter().get_client_ip(request),
            program=request.headers.get("User-Agent", ""),
        )
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked. Make a new one under Settings, API tokens.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="lectern"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "lectern_pat_…"}
