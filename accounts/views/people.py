"""The people of a team, for those who look after them: roles, requests, invitations, the log."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.invitations import invite_address, invite_person, mail_invitation, make_link, revoke_invitation
from accounts.actions.joining import accept_request, decline_request
from accounts.actions.memberships import Refused, change_role, remove_member
from accounts.forms import InviteForm, LinkForm
from accounts.models import Event, Role, Team, User
from accounts.models.roles import grantable_by
from accounts.views.access import ReaderRequest, reader_required
from accounts.views.teams import managed_team

MOST_FOUND, SHORTEST_QUERY = 8, 2
LOG_PAGE = 50


@require_http_methods(["GET", "POST"])
@never_cache
@reader_required
def people(request: ReaderRequest, slug: str) -> HttpResponse:
    """Show everything about who is in a team; a POST makes a link, whose secret is shown once."""
    team = managed_team(request, slug)
    form, secret = LinkForm(request.POST if request.method == "POST" else None, giver=team.role_of_reader), ""
    if form.is_valid():
        wanted = dict(form.cleaned_data)
        _link, secret = make_link(team=team, actor=request.user, lifetime=timedelta(days=wanted.pop("days")), **wanted)
        form = LinkForm(giver=team.role_of_reader)
    return render(request, "teams/people.html", _context(team) | {"link_form": form, "secret": secret})


@require_safe
@reader_required
def find(request: ReaderRequest, slug: str) -> HttpResponse:
    """Find people by handle or name, for the picker; never by e-mail address, and never showing one."""
    team, wanted = managed_team(request, slug), request.GET.get("who", "").strip().lstrip("@")
    found = User.objects.none()
    if len(wanted) >= SHORTEST_QUERY and "@" not in wanted:
        like = Q(namespace__name__istartswith=wanted) | Q(full_name__icontains=wanted)
        found = User.objects.filter(like, is_active=True).exclude(memberships__team=team).order_by("namespace__name")[:MOST_FOUND]
    return render(request, "teams/_found.html", {"found": found, "wanted": wanted})


@require_POST
@reader_required
def invite(request: ReaderRequest, slug: str) -> HttpResponse:
    team = managed_team(request, slug)
    form = InviteForm(request.POST, giver=team.role_of_reader)
    if not form.is_valid():
        return render(request, "teams/people.html", _context(team) | {"invite_form": form})
    try:
        messages.success(request, _invite(team, request.user, **form.cleaned_data))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:people", team.slug)


@require_POST
@reader_required
def withdraw(request: ReaderRequest, slug: str, pk: int) -> HttpResponse:
    team = managed_team(request, slug)
    revoke_invitation(invitation=get_object_or_404(team.invitations, pk=pk), actor=request.user)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("accounts:people", team.slug)


@require_POST
@reader_required
def answer(request: ReaderRequest, slug: str, pk: int) -> HttpResponse:
    """Let somebody in who asked, or say no."""
    team = managed_team(request, slug)
    asked = get_object_or_404(team.join_requests.select_related("user"), pk=pk)
    try:
        if request.POST.get("answer") == "yes":
            accept_request(request=asked, actor=request.user)
        else:
            decline_request(request=asked, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:people", team.slug)


@require_POST
@reader_required
def change_member(request: ReaderRequest, slug: str, pk: int) -> HttpResponse:
    """Give somebody another role, or take somebody out."""
    team = managed_team(request, slug)
    member, role = get_object_or_404(team.memberships.select_related("user"), pk=pk), request.POST.get("role", "")
    try:
        if request.POST.get("action") == "remove":
            remove_member(membership=member, actor=request.user)
        elif role in Role.values:
            change_role(membership=member, actor=request.user, role=role)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:people", team.slug)


@require_safe
@reader_required
def audit(request: ReaderRequest, slug: str) -> HttpResponse:
    team = managed_team(request, slug)
    page = Paginator(Event.objects.of_team(team).audited(), LOG_PAGE).get_page(request.GET.get("page"))
    return render(request, "teams/audit.html", {"team": team, "page": page})


def _invite_form(team: Team) -> InviteForm:
    """While somebody types, htmx fills the list of people beside the field; without script it is a plain field."""
    form = InviteForm(giver=team.role_of_reader)
    address = reverse("accounts:find_people", args=[team.slug])
    asks = {"hx-get": address, "hx-trigger": "input changed delay:200ms", "hx-target": "#people-found"}
    form.fields["who"].widget.attrs |= asks
    return form


def _context(team: Team) -> dict[str, Any]:
    giver = str(team.role_of_reader)
    return {
        "team": team,
        "people": team.memberships.select_related("user__namespace", "group").by_rank(),
        "requests": team.join_requests.open().select_related("user__namespace"),
        "invitations": team.invitations.usable().with_names(),
        "roles": [(role, Role(role).label) for role in grantable_by(giver)],
        "grantable": grantable_by(giver),
        "invite_form": _invite_form(team),
        "link_form": LinkForm(giver=giver),
    }


def _invite(team: Team, actor: User, who: User | str, role: str) -> str:
    """Invite a person or an address; return what to say about it."""
    if isinstance(who, User):
        invite_person(team=team, actor=actor, person=who, role=role)
        return _("%(person)s is invited.") % {"person": who.display_name}
    invitation, secret = invite_address(team=team, actor=actor, address=who, role=role)
    mail_invitation(invitation=invitation, secret=secret, actor=actor)
    return _("An invitation is on its way to %(address)s.") % {"address": who}
