"""What every address below /api/ does alike: limits, conditional requests, answers that are told again."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.views.decorators.http import conditional_page
from django.views.decorators.vary import vary_on_headers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.conditions import guarded
from accounts.api.idempotency import once

WRITES = {"post": once, "put": guarded, "patch": guarded, "delete": guarded}


def endpoint(view: type[APIView]) -> Callable[..., HttpResponseBase]:
    """Return a view as the URLs want it.

    A reader who already has the very same answer gets 304 instead of its bytes, and no cache mixes up two readers.
    """
    deeds = {name: kept(getattr(view, name)) for name, kept in WRITES.items() if hasattr(view, name)}
    whole: Any = type(view.__name__, (_Counted, view), {"__doc__": view.__doc__, "__module__": view.__module__, **deeds})
    return _told(conditional_page(vary_on_headers("Authorization", "Cookie")(whole.as_view())))


class _Counted(APIView):
    """Counts a request as soon as it is known whose it is, also one that is refused for lack of a right."""

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        finally:
            super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """DRF would count here, after asking for rights."""


def _told(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Tell what is left with every answer; outermost, since a 304 keeps few headers."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def tell(answer: HttpResponseBase) -> None:
            for name, value in getattr(request, "allowance", {}).items():
                answer[name] = value

        answer = view(request, *args, **kwargs)
        if isinstance(answer, SimpleTemplateResponse):  # rendered, and perhaps made a 304, later
            answer.add_post_render_callback(tell)
        else:
            tell(answer)
        return answer

    return told
