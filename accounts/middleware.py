"""Times on pages are the reader's own; who is about to be deleted sees nothing but the way back."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.actions.sessions import SEEN_EVERY, note_session
from accounts.models import HouseRules
from accounts.problems import log_in_first, problem
from accounts.sessions import SessionStore
from accounts.twins import is_read_by_program


class ReaderTimeZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        zone = UTC if request.path.startswith("/api/") else person.zone if person else None  # programs are told times in UTC
        language = person.language if person else translation.get_language()
        with timezone.override(zone) if zone else nullcontext(), translation.override(language):
            return self.get_response(request)


class GraceMiddleware:
    """During the grace before a deletion, logging in leads to one page: keep the account, or log out."""

    OPEN = frozenset({"accounts:deletion", "accounts:keep_account", "account_logout", "healthz"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        due = getattr(request.user, "deletion_due_at", None)
        if due is None or self._is_open(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return problem(403, _("This account is about to be deleted. Log in on the web to keep it."))
        answer = redirect("accounts:deletion")
        return HttpResponseClientRedirect(answer.url) if request.htmx else answer  # type: ignore[attr-defined]

    def _is_open(self, request: HttpRequest) -> bool:
        try:
            return resolve(request.path_info).view_name in self.OPEN
        except Resolver404:
            return False


class PublicReadingMiddleware:
    """Where the house rules close the doors, visitors log in first. (Programs are told so by HasScope.)"""

    OPEN = frozenset(
        {
            *("healthz", "metrics", "papers:robots", "papers:security", "papers:manifest", "openapi_json", "openapi_text"),
            *("accounts:join", "accounts:invitation"),
            *("papers:shared", "papers:shared_file", "papers:shared_feed"),  # their secret key is the permission
            *("papers:secret_feed", "digests:secret_feed"),  # as well
            *("digests:unsubscribe", "digests:preferences", "digests:stop_notices", "digests:team_stop"),  # mails lead there
            *("digests:answers", "digests:answer"),
            *("digests:visitor_stop", "digests:visitor_preferences", "digests:visitor_forget"),
            *("digests:outlet_confirm", "digests:outlet_stop"),
        }
    )

    PROGRAMS = ("/api/", "/mcp", "/mail-events/", "/oauth/")  # they show who they are by themselves

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated or self._is_open(request, view) or HouseRules.current().public_reading:
            return None
        if is_read_by_program(request):
            return log_in_first(_("Log in first: this Lectern is open to people with an account only."))
        return redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else "/")

    def _is_open(self, request: HttpRequest, view: Any) -> bool:
        name = request.resolver_match.view_name if request.resolver_match else ""
        return name in self.OPEN or request.path.startswith(self.PROGRAMS) or view.__module__.startswith("allauth.")


class SessionTraceMiddleware:
    """Notes at most every five minutes that a log-in is in use, so that its owner can tell one from the other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        session = cast(SessionStore, request.session)
        if request.user.is_authenticated and session.session_key and session.is_seen_long_ago(SEEN_EVERY):
            address = get_adapter().get_client_ip(request)
            note_session(session_key=session.session_key, address=address, program=request.headers.get("User-Agent", ""))
        return answer
