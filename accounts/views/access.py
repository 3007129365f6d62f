"""Who may open a page, and where somebody without a session is sent instead."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.problems import log_in_first
from accounts.twins import is_read_by_program


class Request(HttpRequest):
    """A request as our middleware leaves it."""

    htmx: HtmxDetails


class ReaderRequest(Request):
    """A request of somebody who is logged in."""

    user: User


def reader_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in people only; everybody else logs in first and comes back to a page, never to a POST."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(cast(ReaderRequest, request), *args, **kwargs)
        if is_read_by_program(request):
            return log_in_first(_("Log in first. Programs ask the REST API with a token, which answers text/markdown, too."))
        back_to = request.get_full_path() if request.method in {"GET", "HEAD"} else page_before(request)
        login = redirect_to_login(back_to, resolve_url(settings.LOGIN_URL))
        return HttpResponseClientRedirect(login.url) if request.htmx else login

    return guarded


def page_before(request: Request) -> str:
    """Return the path of the page of ours from which a request was sent, or that of the front page."""
    page = (request.htmx.current_url if request.htmx else None) or request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(page if ours else "/")
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
