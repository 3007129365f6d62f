"""What no page and no endpoint should ever have to look at."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware

from config import logs


@receiver(request_finished)
def end_request_in_logs(**_: Any) -> None:
    logs.end()


class RequestIdMiddleware:
    """Give each request a name that its answer and all its lines in the log bear: the one a proxy gave it, or a new one."""

    SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")  # what can do no harm in a log, and tells two requests apart

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID") or request.headers.get("X-Amzn-Trace-Id", "")  # the latter is what hf_hub sends
        name = given if self.SANE.fullmatch(given) else uuid.uuid4().hex
        logs.begin(request_id=name)  # until Django has logged what became of it, which is after this
        answer = self.get_response(request)
        answer["X-Request-ID"] = name
        return answer


class OneSlashMiddleware:
    """However many slashes an address begins with, it means the same: programs join "https://host/" and "/api/…"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("//"):
            asked, request.path_info = request.path_info, "/" + request.path_info.lstrip("/")
            request.path = request.path.removesuffix(asked) + request.path_info
        return self.get_response(request)


class SlashAdded(HttpResponsePermanentRedirect):
    """308: what was sent is sent again as it was, where 301 makes a GET of a POST (RFC 9110, 15.4.9)."""

    status_code = 308

    def __init__(self, to: str) -> None:
        super().__init__(to)
        del self["Content-Type"]  # of nothing


class LastSlashMiddleware(CommonMiddleware):
    """An address without its last slash leads to the one with it, whatever is asked."""

    response_redirect_class = SlashAdded


class NoNulMiddleware:
    """PostgreSQL's texts cannot hold the NUL character, so no address can mean anything by it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)
