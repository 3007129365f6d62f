"""Trending papers by mail for visitors without an account: asking, confirming, tuning, stopping, being forgotten."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import HouseRules
from accounts.views.access import Request
from digests import actions
from digests.forms import VisitorConfirmationForm, VisitorForm, VisitorSubscriptionForm
from digests.signing import is_confirm_token, read_visitor_token, visitor_token

GONE = 410
View = Callable[..., HttpResponse]


def for_visitors(view: View) -> View:
    """Only where the house rules let visitors have mail; who is logged in has a digest of their own."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("digests:settings")
        if not HouseRules.current().let_visitors_have_mail:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def subscribe(request: Request) -> HttpResponse:
    """The answer to a sound form is always the same, so that nobody learns what is known about an address."""
    posted = request.POST if request.method == "POST" else None
    form = VisitorForm(posted, initial={"categories": request.GET.getlist("category")})
    if not form.is_valid():
        return render(request, "digests/visitor_subscribe.html", {"form": form})
    actions.ask_to_subscribe(**form.cleaned_data, language=get_language() or "en")
    return redirect("digests:visitor_asked")


@require_safe
@for_visitors
def asked(request: Request) -> HttpResponse:
    return render(request, "digests/visitor_asked.html")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Request, token: str) -> HttpResponse:
    """Ask on GET, since scanners follow links in mails; begin on POST."""
    if not is_confirm_token(token):
        raise Http404
    subscription = actions.waiting_subscription(token=token)
    if subscription is None or not HouseRules.current().let_visitors_have_mail:
        return render(request, "digests/visitor_gone.html", status=GONE)
    form = VisitorConfirmationForm(request.POST or None, instance=subscription)
    if request.method == "POST" and form.is_valid():
        subscription = actions.confirm_visitor(token=token, **form.cleaned_data) or subscription
    context = {
        "subscription": subscription,
        "form": form,
        "has_account": actions.has_account(subscription),
        "token": visitor_token(subscription.pk) if subscription.is_confirmed else "",
    }
    return render(request, "digests/visitor_confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request, token: str) -> HttpResponse:
    """All that is kept about an address, to be changed by whoever reads mail to it."""
    if read_visitor_token(token) is None:
        raise Http404
    subscription = actions.visitor_subscription(token=token)
    if subscription is None:
        return render(request, "digests/visitor_gone.html", status=GONE)
    form = VisitorSubscriptionForm(request.POST or None, instance=subscription)
    if request.method == "POST" and subscription.is_confirmed and form.is_valid():
        actions.change_visitor_subscription(subscription=subscription, **form.cleaned_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("digests:visitor_preferences", token)
    return render(request, "digests/visitor_preferences.html", {"subscription": subscription, "form": form, "token": token})


@csrf_exempt  # mail programs post here for their readers (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, end the mails on POST, without a log-in. One that is gone is stopped, too."""
    if read_visitor_token(token) is None:
        raise Http404
    if request.method == "POST":
        actions.stop_visitor(token=token)
    context = {"stopped": request.method == "POST", "subscription": actions.visitor_subscription(token=token), "token": token}
    return render(request, "digests/visitor_stop.html", context)


@require_POST
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Delete an address and all that was sent to it; twice is as once."""
    if read_visitor_token(token) is None:
        raise Http404
    if subscription := actions.visitor_subscription(token=token):
        actions.forget_visitor(subscription=subscription)
    return render(request, "digests/visitor_forgotten.html")
