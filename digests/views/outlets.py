"""Where a team's digest goes beside its people: for its owners and maintainers; and two pages for whoever reads a mailing list."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Team
from accounts.views.access import ReaderRequest, reader_required
from accounts.views.teams import managed_team
from digests import actions
from digests.forms import OutletForm
from digests.models import TeamOutlet
from digests.signing import read_outlet_confirm_token, read_outlet_stop_token
from digests.views.outcomes import say_outcome

Deed = Callable[[ReaderRequest, TeamOutlet], None]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reader_required
def outlets(request: ReaderRequest, slug: str) -> HttpResponse:
    """The form that adds one; after that, a webhook's new secret, which no redirect could carry safely."""
    team = managed_team(request, slug)
    form = OutletForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outlet, secret = actions.add_outlet(team=team, actor=request.user, **form.cleaned_data)
        except actions.EndpointRefused as refused:
            form.add_error("address", str(refused))
        else:
            return _added(request, outlet, secret)
    return render(request, "digests/outlets.html", {"team": team, "form": form})


@require_POST
@never_cache
@reader_required
def change(request: ReaderRequest, slug: str, pk: int) -> HttpResponse:
    team = managed_team(request, slug)
    outlet = get_object_or_404(team.digest_outlets.select_related("team__namespace"), pk=pk)
    wish = request.POST.get("do", "")
    try:
        if wish == "rotate":
            return _with_secret(request, team, outlet, actions.rotate_secret(outlet=outlet, actor=request.user))
        if wish in DEEDS:
            DEEDS[wish](request, outlet)
    except actions.EndpointRefused as refused:
        messages.error(request, str(refused))
    return _back(team)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since scanners follow links in mails; let the digests come on POST, without a log-in."""
    outlet = _named_by(read_outlet_confirm_token(token))
    if request.method == "POST":
        actions.confirm_outlet(token=token)
        outlet.refresh_from_db(fields=["is_active", "confirmed_at"])
    return render(request, "digests/confirm_outlet.html", {"outlet": outlet, "done": request.method == "POST"})


@csrf_exempt  # mail programs post here for their readers (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET; end the mails to the list on POST, without a log-in."""
    outlet = _named_by(read_outlet_stop_token(token))
    if request.method == "POST":
        actions.stop_outlet(token=token)
    return render(request, "digests/stop_outlet.html", {"outlet": outlet, "stopped": request.method == "POST"})


def _named_by(pk: int | None) -> TeamOutlet:
    if pk is None:
        raise Http404
    return get_object_or_404(TeamOutlet.objects.select_related("team"), pk=pk)


def _added(request: ReaderRequest, outlet: TeamOutlet, secret: str) -> HttpResponse:
    if secret:
        return _with_secret(request, outlet.team, outlet, secret)
    if outlet.is_posted_to:
        messages.success(
            request, _("The next digest goes to “%(label)s”, too. Send a test to see that it arrives.") % {"label": outlet.label}
        )
    else:
        _ask(request, outlet)
    return _back(outlet.team)


def _with_secret(request: ReaderRequest, team: Team, outlet: TeamOutlet, secret: str) -> HttpResponse:
    return render(request, "digests/outlets.html", {"team": team, "outlet": outlet, "secret": secret, "form": OutletForm()})


def _back(team: Team) -> HttpResponse:
    return redirect(reverse("digests:team", args=[team.slug]) + "#outlets")


def _ask(request: ReaderRequest, outlet: TeamOutlet) -> None:
    actions.ask_to_confirm(outlet=outlet, actor=request.user)
    messages.success(
        request, _("%(address)s has a mail now. The digests come there once somebody confirms it.") % {"address": outlet.mail_address}
    )


def _test(request: ReaderRequest, outlet: TeamOutlet) -> None:
    say_outcome(request, outlet.label, actions.try_outlet(outlet=outlet, actor=request.user))


def _switch_on(request: ReaderRequest, outlet: TeamOutlet) -> None:
    actions.change_outlet(outlet=outlet, actor=request.user, is_active=True)
    messages.success(request, _("“%(label)s” is switched on.") % {"label": outlet.label})


def _switch_off(request: ReaderRequest, outlet: TeamOutlet) -> None:
    actions.change_outlet(outlet=outlet, actor=request.user, is_active=False)
    messages.success(request, _("“%(label)s” is switched off.") % {"label": outlet.label})


def _remove(request: ReaderRequest, outlet: TeamOutlet) -> None:
    actions.remove_outlet(outlet=outlet, actor=request.user)
    messages.success(request, _("“%(label)s” is removed.") % {"label": outlet.label})


DEEDS: dict[str, Deed] = {"ask": _ask, "test": _test, "on": _switch_on, "off": _switch_off, "remove": _remove}
