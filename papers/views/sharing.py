"""Sharing a list with people and teams: one page for those who manage it, and a way out for those it is shared with."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.models import Namespace
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.sharing import end_share, may_leave, share_list
from papers.forms import ShareForm
from papers.models import ReadingList
from papers.models.list_share import May, reachable_by
from papers.views.lists import visible_list

SHORTEST_QUERY, MOST_FOUND = 2, 8


@require_http_methods(["GET", "POST"])
@reader_required
def shares(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Show with whom a list is shared, and share it."""
    reading_list = managed_list(request, owner, slug)
    if reading_list.parent:
        return redirect("papers:list_shares", reading_list.parent.owner.name, reading_list.parent.slug)
    form = _form(request, reading_list)
    if request.method == "POST" and form.is_valid():
        try:
            share, _is_new = share_list(reading_list=reading_list, user=request.user, **form.cleaned_data)
            messages.success(request, _("Shared with %(name)s.") % {"name": share.to.display_name})
            return redirect("papers:list_shares", reading_list.owner.name, reading_list.slug)
        except Refused as refused:
            form.add_error("to", str(refused))
    context = {"list": reading_list, "form": form, "shares": reading_list.shares.with_names(), "ways": May.choices}
    return render(request, "papers/shares.html", context)


@require_safe
@reader_required
def find(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Find people and teams by a few letters, for the picker; never by e-mail address, and never showing one."""
    reading_list, wanted = managed_list(request, owner, slug), request.GET.get("to", "").strip().lstrip("@")
    found = Namespace.objects.none()
    if len(wanted) >= SHORTEST_QUERY and "@" not in wanted:
        like = Q(name__istartswith=wanted) | Q(user__full_name__icontains=wanted) | Q(team__title__icontains=wanted)
        others = reachable_by(request.user).filter(like).exclude(pk=reading_list.owner_id)
        found = others.exclude(pk__in=reading_list.shares.values("to"))[:MOST_FOUND]
    return render(request, "papers/_readers_found.html", {"found": found})


@require_POST
@reader_required
def change(request: ReaderRequest, owner: str, slug: str, pk: int) -> HttpResponse:
    """Change what somebody may, or end a share: as one who manages the list, or as one who leaves it."""
    reading_list = visible_list(request, owner, slug)
    share = get_object_or_404(reading_list.shares.with_names().select_related("reading_list__owner__team"), pk=pk)
    if request.POST.get("action") == "remove":
        leaves = may_leave(share, request.user)
        end_share(share=share, user=request.user)
        messages.success(
            request, _("“%(list)s” is no longer shared with %(name)s.") % {"list": reading_list, "name": share.to.display_name}
        )
        if leaves:
            return redirect("papers:lists")
    elif request.POST.get("may") in May.values:
        share_list(reading_list=reading_list, to=share.to, may=request.POST["may"], user=request.user)
        messages.success(request, _("Changed for %(name)s.") % {"name": share.to.display_name})
    return redirect("papers:list_shares", reading_list.owner.name, reading_list.slug)


def managed_list(request: ReaderRequest, owner: str, slug: str) -> ReadingList:
    """Return a list whose readers the reader decides on: not visible is 404, visible but not theirs to open is 403."""
    reading_list = visible_list(request, owner, slug)
    if not ReadingList.objects.managed_by(request.user).contains(reading_list):
        raise PermissionDenied
    return reading_list


def _form(request: ReaderRequest, reading_list: ReadingList) -> ShareForm:
    """While somebody types, htmx fills the list of names beside the field; without script it is a plain field."""
    form = ShareForm(request.POST or None, user=request.user)
    address = reverse("papers:find_readers", args=[reading_list.owner.name, reading_list.slug])
    form.fields["to"].widget.attrs |= {"hx-get": address, "hx-trigger": "input changed delay:200ms", "hx-target": "#readers-found"}
    return form
