"""Teams: mine, one team's page, making and changing one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.joining import ask_to_join, free_to_join, join_by_domain, withdraw_request
from accounts.actions.memberships import Refused, hand_over, leave_team
from accounts.actions.teams import change_team, create_team, delete_team, rename_team
from accounts.forms import HandoverForm, NewTeamForm, TeamForm, TeamRulesForm
from accounts.models import Event, Invitation, JoinRequest, Membership, Role, Team
from accounts.models.roles import MANAGING_ROLES, at_least
from accounts.views.access import ReaderRequest, Request, reader_required

LATEST = 20  # events on a team's page
MOST_TEAMS = 200  # in any part of the overview


@require_safe
@reader_required
def teams(request: ReaderRequest) -> HttpResponse:
    reader = request.user
    mine = Membership.objects.filter(user=reader).select_related("team__namespace").order_by("team__title", "pk")
    asked = JoinRequest.objects.open().filter(user=reader).select_related("team__namespace")
    others = Team.objects.filter(is_public=True, takes_requests=True).exclude(memberships__user=reader)
    context = {
        "memberships": mine,
        "invitations": Invitation.objects.usable().filter(invitee=reader).with_names(),
        "requests": asked,
        "free_teams": free_to_join(reader).select_related("namespace")[:MOST_TEAMS],
        "open_teams": others.exclude(pk__in=asked.values("team")).select_related("namespace")[:MOST_TEAMS],
    }
    return render(request, "teams/teams.html", context)


@require_http_methods(["GET", "POST"])
@reader_required
def new_team(request: ReaderRequest) -> HttpResponse:
    form = NewTeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect(create_team(owner=request.user, **form.cleaned_data))
    return render(request, "teams/new.html", {"form": form})


@require_safe
def team(request: Request, slug: str) -> HttpResponse:
    """A team's page: everything for its people, a few words for everybody if the team wants that."""
    found = visible_team(request, slug)
    if found.slug != slug:
        return redirect(found)
    context = {"team": found, "people_count": found.memberships.count()}
    if found.role_of_reader:
        people = found.memberships.select_related("user__namespace").by_rank()
        context |= {"people": people, "events": Event.objects.of_team(found)[:LATEST], "manages": found.role_of_reader in MANAGING_ROLES}
    elif request.user.is_authenticated:
        context["has_asked"] = JoinRequest.objects.open().filter(team=found, user=request.user).exists()
    return render(request, "teams/team.html", context)


@require_http_methods(["GET", "POST"])
@reader_required
def settings(request: ReaderRequest, slug: str) -> HttpResponse:
    found = managed_team(request, slug)
    posted = request.POST if request.method == "POST" else None
    form = TeamForm(posted, instance=found)
    if form.is_valid():
        change_team(team=found, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The team is changed."))
        return redirect("accounts:team_settings", found.slug)
    return render(request, "teams/settings.html", _settings_context(request, found) | {"form": form})


@require_POST
@reader_required
def rules(request: ReaderRequest, slug: str) -> HttpResponse:
    found = managed_team(request, slug, Role.OWNER)
    form = TeamRulesForm(request.POST, instance=Team.objects.get(pk=found.pk), actor=request.user)
    if form.is_valid():
        try:
            wanted = dict(form.cleaned_data)
            renamed = rename_team(team=found, actor=request.user, slug=wanted.pop("slug"))
            change_team(team=found, actor=request.user, **wanted)
            messages.success(request, _("The team is changed."))
            return redirect("accounts:team_settings", renamed.slug)
        except Refused as refused:
            form.add_error("slug", str(refused))
    return render(request, "teams/settings.html", _settings_context(request, found) | {"rules": form})


@require_POST
@reader_required
def handover(request: ReaderRequest, slug: str) -> HttpResponse:
    found = managed_team(request, slug, Role.OWNER)
    form = HandoverForm(request.POST, team=found, actor=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose somebody of the team."))
        return redirect("accounts:team_settings", slug)
    heir = form.cleaned_data["to"]
    hand_over(team=found, actor=request.user, to=heir)
    messages.success(request, _("%(person)s owns the team now; you are a maintainer.") % {"person": heir.display_name})
    return redirect(found)


@require_POST
@reader_required
def delete(request: ReaderRequest, slug: str) -> HttpResponse:
    found = managed_team(request, slug, Role.OWNER)
    if request.POST.get("slug", "").strip() != found.slug:
        messages.error(request, _("Type the team's address, %(slug)s, to delete it.") % {"slug": found.slug})
        return redirect("accounts:team_settings", slug)
    delete_team(team=found, actor=request.user)
    messages.success(request, _("The team “%(team)s” is deleted.") % {"team": found.title})
    return redirect("accounts:teams")


@require_POST
@reader_required
def leave(request: ReaderRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Team.objects.of_member(request.user).called(slug))
    try:
        leave_team(team=found, user=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    messages.success(request, _("You have left “%(team)s”.") % {"team": found.title})
    return redirect("accounts:teams")


@require_POST
@reader_required
def join(request: ReaderRequest, slug: str) -> HttpResponse:
    """Join by the domain of one's address, ask to join, or take that back."""
    reader, action = request.user, request.POST.get("action")
    if action == "free":
        found = get_object_or_404(free_to_join(reader).called(slug))
        join_by_domain(team=found, user=reader)
        return redirect(found)
    found = get_object_or_404(Team.objects.visible_to(reader).called(slug))
    if action == "withdraw":
        withdraw_request(team=found, user=reader)
        return redirect(found)
    try:
        ask_to_join(team=found, user=reader, words=request.POST.get("words", "")[:500])
        messages.success(request, _("The team's owners and maintainers are asked."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(found)


def visible_team(request: Request, slug: str) -> Team:
    """Return a team that the reader may see, with the reader's role; else 404."""
    return get_object_or_404(Team.objects.visible_to(request.user).called(slug).with_role_of(request.user))


def managed_team(request: ReaderRequest, slug: str, role: str = Role.MAINTAINER) -> Team:
    """Return a team that the reader may change: not visible is 404, visible but too low a role 403."""
    found = visible_team(request, slug)
    if found.role_of_reader not in at_least(role):
        raise PermissionDenied
    return found


def _settings_context(request: ReaderRequest, found: Team) -> dict[str, object]:
    context: dict[str, object] = {"team": found, "form": TeamForm(instance=found)}
    if found.role_of_reader == Role.OWNER:
        context |= {
            "rules": TeamRulesForm(instance=Team.objects.get(pk=found.pk), actor=request.user),
            "handover": HandoverForm(team=found, actor=request.user),
        }
    return context
