"""A program at the REST API: sends and reads JSON, with a token or as nobody."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.actions.tokens import make_token
from accounts.models import Scope, User

ROOT = "/api/v1"


def wrong(response: HttpResponse) -> dict[str, str]:
    """What an answer says is wrong, by field."""
    assert response.status_code == 400, response.content
    return {error["field"]: error["detail"] for error in response.json()["errors"]}


class Program:
    """Calls endpoints below /api/v1; every answer with a body must be JSON."""

    def __init__(self, user: User | None = None, scopes: list[str] | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {}
        if user:
            _token, secret = make_token(user=user, name="test", scopes=Scope.values if scopes is None else scopes)
            self.headers = {"Authorization": f"Bearer {secret}"}

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> HttpResponse:
        sent = {"data": body, "content_type": "application/json"} if body is not None else {}
        address = path if path.startswith("http") else ROOT + path
        answer = self.client.generic if isinstance(body, bytes | str) else getattr(self.client, method)
        if isinstance(body, bytes | str):
            response = answer(method.upper(), address, headers=self.headers, **sent, **options)
        else:
            response = answer(address, headers=self.headers, **sent, **options)
        expected = "application/problem+json" if response.status_code >= 400 else "application/json"
        assert not response.content or response["Content-Type"] == expected, response.content[:200]
        return response

    def get(self, path: str, **options: Any) -> Any:
        response = self.ask("get", path, **options)
        assert response.status_code == 200, response.content
        return response.json()
