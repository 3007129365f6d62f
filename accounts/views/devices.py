"""Where a person allows a program that shows a code to act as them, or does not (RFC 8628, 3.3)."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.devices import NotWaiting, allow_request, refuse_request
from accounts.actions.tokens import LIFETIME, TokenRefused
from accounts.forms import AllowForm, CodeForm
from accounts.limiting import refusal, wait_for
from accounts.views.access import ReaderRequest, reader_required


@require_safe
@never_cache
@reader_required
def device(request: ReaderRequest) -> HttpResponse:
    """Ask for the code; with one, show who asks for what. Each code that is looked up counts as a try, as it does by POST."""
    if not request.GET.get("code"):
        return _ask_for_code(request, CodeForm())
    if wait := wait_for(request, "accounts:device"):
        return refusal(request, wait)
    typed = CodeForm(request.GET)
    if not typed.is_valid():
        return _ask_for_code(request, typed)
    return _ask(request, typed, AllowForm(asked=typed.asked))


@require_POST
@never_cache
@reader_required
@reauthentication_required
def allow(request: ReaderRequest) -> HttpResponse:
    typed = CodeForm(request.POST)
    if not typed.is_valid():
        return _ask_for_code(request, typed)
    form = AllowForm(request.POST, asked=typed.asked)
    if not form.is_valid():
        return _ask(request, typed, form)
    try:
        allow_request(request=typed.asked, user=request.user, scopes=form.cleaned_data["scopes"])
    except (NotWaiting, TokenRefused) as refused:
        form.add_error(None, str(refused))
        return _ask(request, typed, form)
    return _done(request, _("“%(name)s” is logged in") % {"name": typed.asked.name}, "tick")


@require_POST
@never_cache
@reader_required
def refuse(request: ReaderRequest) -> HttpResponse:
    typed = CodeForm(request.POST)
    if not typed.is_valid():
        return _ask_for_code(request, typed)
    try:
        refuse_request(request=typed.asked, user=request.user)
    except NotWaiting as refused:
        typed.add_error("code", str(refused))
        return _ask_for_code(request, typed)
    return _done(request, _("“%(name)s” gets nothing") % {"name": typed.asked.name}, "cross")


def _ask_for_code(request: ReaderRequest, form: CodeForm) -> HttpResponse:
    return render(request, "accounts/device.html", {"form": form})


def _ask(request: ReaderRequest, typed: CodeForm, form: AllowForm) -> HttpResponse:
    context = {"asked": typed.asked, "code": typed.cleaned_data["code"], "form": form, "days": LIFETIME.days}
    return render(request, "accounts/device_asks.html", context)


def _done(request: ReaderRequest, said: str, symbol: str) -> HttpResponse:
    return render(request, "accounts/device_done.html", {"said": said, "symbol": symbol})
