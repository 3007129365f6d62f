"""A team's digests on the web: all of them, one of them, when they come, whether one wants them, and the way out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Team
from accounts.models.roles import MANAGING_ROLES
from accounts.twins import prefers_markdown, twin
from accounts.views.access import ReaderRequest, reader_required
from accounts.views.teams import managed_team
from digests import actions
from digests.delivery_lines import write_lines
from digests.forms import TeamDigestWishForm, TeamSubscriptionForm
from digests.models import TeamDigest
from digests.signing import read_team_stop_token
from digests.team_shown import show_outlets, show_team_digest

DIGESTS_SHOWN = 104  # two years of weeks


@require_safe
@reader_required
def archive(request: ReaderRequest, slug: str) -> HttpResponse:
    team = _team(request, slug)
    return _archive(request, team) if team.slug == slug else redirect("digests:team", team.slug)


@require_safe
@vary_on_headers("Accept")
@reader_required
def digest(request: ReaderRequest, slug: str, period_key: str) -> HttpResponse:
    """Show a team's digest, or give it as Markdown to whoever would rather have that."""
    if prefers_markdown(request):
        return in_markdown(request, slug, period_key)
    team = _team(request, slug)
    if team.slug != slug:
        return redirect("digests:team_digest", team.slug, period_key)
    found = _digest_of(team, request, period_key)
    deliveries = list(found.deliveries.filter(reader=request.user).order_by("created_at", "pk"))
    write_lines(deliveries)
    context = {"team": team, "digest": found, "shown": show_team_digest(found, request.user), "deliveries": deliveries}
    return render(request, "digests/team_digest.html", context)


@require_safe
@reader_required
def in_markdown(request: ReaderRequest, slug: str, period_key: str) -> HttpResponse:
    team = _team(request, slug)
    if team.slug != slug:
        return redirect("digests:team_digest_in_markdown", team.slug, period_key)
    found = _digest_of(team, request, period_key)
    rows = {"team": team, "digest": found, "shown": show_team_digest(found, request.user)}
    return twin("digests/team_digest.md", rows, of=found.get_absolute_url())


@require_POST
@reader_required
def settings(request: ReaderRequest, slug: str) -> HttpResponse:
    team = managed_team(request, slug)
    form = TeamSubscriptionForm(request.POST, instance=actions.team_subscription_of(team=team, user=request.user))
    if not form.is_valid():
        return _archive(request, team, form=form)
    actions.change_team_subscription(team=team, user=request.user, **form.cleaned_data)
    messages.success(request, _("The settings of the team's digest are saved."))
    return redirect("digests:team", team.slug)


@require_POST
@reader_required
def wish(request: ReaderRequest, slug: str) -> HttpResponse:
    team = _team(request, slug)
    form = TeamDigestWishForm(request.POST)
    if form.is_valid():
        actions.change_wish(team=team, user=request.user, **form.cleaned_data)
        messages.success(request, _("What you want of the team's digest is saved."))
    return redirect("digests:team", team.slug)


@csrf_exempt  # mail programs post here for their readers (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since scanners follow links in mails; end the mails on POST, without a log-in."""
    named = read_team_stop_token(token)
    if named is None:
        raise Http404
    if request.method == "POST":
        actions.stop_team_digest(token=token)
    return render(request, "digests/stop_team.html", {"stopped": request.method == "POST"})


def _team(request: ReaderRequest, slug: str) -> Team:
    """A team that the reader is in, with the reader's role; else 404."""
    return get_object_or_404(Team.objects.of_member(request.user).called(slug).with_role_of(request.user))


def _digest_of(team: Team, request: ReaderRequest, period_key: str) -> TeamDigest:
    return get_object_or_404(TeamDigest.objects.visible_to(request.user).of_team(team), period_key=period_key)


def _archive(request: ReaderRequest, team: Team, form: TeamSubscriptionForm | None = None) -> HttpResponse:
    subscription = actions.team_subscription_of(team=team, user=request.user)
    digests = TeamDigest.objects.visible_to(request.user).of_team(team).newest()
    context: dict[str, Any] = {
        "team": team,
        "subscription": subscription,
        "digests": digests[:DIGESTS_SHOWN],
        "wish": TeamDigestWishForm(instance=actions.wish_of(team=team, user=request.user)),
    }
    if team.role_of_reader in MANAGING_ROLES:
        context["form"] = form or TeamSubscriptionForm(instance=subscription)
        context["outlets"] = show_outlets(team.digest_outlets.all())
    return render(request, "digests/team.html", context)
