"""Where I am logged in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.sessions import end_sessions
from accounts.sessions import key_hash
from accounts.views.access import ReaderRequest, reader_required


@require_safe
@reader_required
def sessions(request: ReaderRequest) -> HttpResponse:
    mine = request.user.sessions.alive()
    return render(request, "accounts/sessions.html", {"sessions": mine, "here": key_hash(request.session.session_key or "")})


@require_POST
@reader_required
def end(request: ReaderRequest) -> HttpResponse:
    """End the session that the form names or, if it names none, all but this one."""
    only = request.POST.get("session", "")
    ended = end_sessions(user=request.user, only=only, but=None if only else request.session.session_key)
    words = ngettext("%(n)d log-in is ended.", "%(n)d log-ins are ended.", ended) % {"n": ended}
    messages.success(request, words)
    return redirect("accounts:sessions")
