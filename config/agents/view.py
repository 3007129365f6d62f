"""/mcp/: where programs of language models ask."""

from typing import Any

from django.http import HttpResponse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import TokenAuthentication
from accounts.models import HouseRules
from config.agents.protocol import answer_message


class MayRead(BasePermission):
    """Whoever has a key, and where the house rules let visitors read, everybody; each tool then asks for its own scope."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated) or HouseRules.current().public_reading


class AgentsView(APIView):
    """Messages of the Model Context Protocol. There are no sessions and no streams, so there is nothing to GET."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [MayRead]
    asks_others = True  # an answer of this protocol is not kept
    schema = None  # it describes itself, in its own way

    def post(self, request: Request, **address: Any) -> HttpResponse:
        """Answer one message."""
        return answer_message(request._request)
