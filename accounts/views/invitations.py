"""Taking up invitations. A secret is read from the address once, then kept in the sealed session, out of every log."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.invitations import accept_invitation, decline_invitation, usable_invitation
from accounts.actions.memberships import Refused
from accounts.models import Invitation
from accounts.views.access import ReaderRequest, Request, reader_required

KEPT_AS = "invitation"


@require_safe
@never_cache
def bring(request: Request, secret: str) -> HttpResponse:
    """Keep the secret of an address for the next page, whose own address does not have it."""
    request.session[KEPT_AS] = secret
    answer = redirect("accounts:invitation")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: Request) -> HttpResponse:
    """Show what one is invited to; only a POST of somebody with an account accepts it."""
    found = usable_invitation(secret=request.session.get(KEPT_AS, ""))
    if found is None:
        return render(request, "teams/no_invitation.html", status=404)
    if request.method == "POST" and request.user.is_authenticated:
        return _accept(request, found)  # type: ignore[arg-type]
    login, signup = (f"{reverse(page)}?next={request.path}" for page in ("account_login", "account_signup"))
    return render(request, "teams/invitation.html", {"invitation": found, "login": login, "signup": signup})


@require_POST
@reader_required
def answer(request: ReaderRequest, pk: int) -> HttpResponse:
    """Accept or decline an invitation that was made for oneself."""
    found = get_object_or_404(Invitation.objects.usable().filter(invitee=request.user).with_names(), pk=pk)
    if request.POST.get("answer") == "yes":
        return _accept(request, found)
    decline_invitation(invitation=found, user=request.user)
    messages.success(request, _("The invitation is declined."))
    return redirect("accounts:teams")


def _accept(request: ReaderRequest, found: Invitation) -> HttpResponse:
    try:
        team = accept_invitation(invitation=found, user=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:teams")
    request.session.pop(KEPT_AS, None)
    if team is None:
        return redirect("papers:front")
    messages.success(request, _("Welcome to “%(team)s”.") % {"team": team.title})
    return redirect(team)
