"""A reading group's agenda: who presents or reads which paper when, and giving papers to people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.models import Team
from accounts.views.access import ReaderRequest, page_before, reader_required
from papers.actions.assigning import assign_paper, end_assignment, finish_assignment
from papers.forms import AssignmentForm
from papers.models import Assignment, ListItem, ReadingList
from papers.models.reading_state import people_showing_reading
from papers.views.lists import visible_list
from papers.views.notes import address_of

ON_A_PAGE = 50
ORDERS = {"": ("day", "pk"), "done": ("-done_at", "-pk")}


@require_safe
@reader_required
def agenda(request: ReaderRequest, slug: str) -> HttpResponse:
    """Show a team's people what comes next, by day, or what is done."""
    team = get_object_or_404(Team.objects.of_member(request.user).called(slug).with_role_of(request.user))
    if team.slug != slug:
        return redirect("papers:agenda", team.slug)
    show = "done" if "done" in request.GET else ""
    context = {
        "team": team,
        "show": show,
        "today": timezone.localdate(),
        "page": _page(request, team, show),
        "people_count": people_showing_reading(team).count(),
        "has_lists": ReadingList.objects.filter(owner__team=team).exists(),
    }
    return render(request, "papers/agenda.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def assign(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    """Give a paper of a team's list to somebody of the team."""
    listed, team = _assignable(request, owner, slug, item)
    form, code = AssignmentForm(request.POST if request.method == "POST" else None, team=team), 200
    if form.is_valid():
        try:
            made, _is_new = assign_paper(item=listed, user=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            code = 409
        else:
            messages.success(request, _("%(person)s is told.") % {"person": made.user.display_name})
            return redirect(address_of(listed))
    present = Assignment.objects.visible_to(request.user).filter(item=listed).with_names().upcoming()
    return render(request, "papers/assign.html", {"item": listed, "form": form, "present": present}, status=code)


@require_POST
@reader_required
def settle(request: ReaderRequest, pk: int) -> HttpResponse:
    """Say that an assignment is done, or not after all, or take it back."""
    found = get_object_or_404(Assignment.objects.visible_to(request.user).with_names(), pk=pk)
    action = request.POST.get("action", "")
    if action == "end":
        end_assignment(assignment=found, user=request.user)
        messages.success(request, _("The paper is taken back from %(person)s.") % {"person": found.user.display_name})
    elif action in {"done", "undone"}:
        finish_assignment(assignment=found, user=request.user, is_done=action == "done")
        messages.success(request, _("Done.") if action == "done" else _("It is on the agenda again."))
    else:
        return HttpResponseBadRequest()
    return redirect(page_before(request))


def _assignable(request: ReaderRequest, owner: str, slug: str, pk: int) -> tuple[ListItem, Team]:
    """An item of a team's list: not visible, or a person's, is 404; not the reader's to give to people is 403."""
    reading_list = visible_list(request, owner, slug)
    if not reading_list.owner.is_team:
        raise Http404
    item = get_object_or_404(ListItem.objects.select_related("paper", "reading_list__owner__team"), pk=pk, reading_list=reading_list)
    team = reading_list.owner.team
    if team is None or not ListItem.objects.assignable_by(request.user).contains(item):
        raise PermissionDenied
    return item, team


def _page(request: ReaderRequest, team: Team, show: str) -> KeysetPage:
    mine = Assignment.objects.visible_to(request.user).of_team(team).for_agenda(team)
    shown = mine.done() if show else mine.open()
    try:
        return keyset_page(shown, ORDERS[show], request.GET.get("after", ""), ON_A_PAGE)
    except BadCursor as problem:
        raise Http404 from problem
