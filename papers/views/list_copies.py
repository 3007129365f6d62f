"""Copying a list, handing it to another name, and making one of two."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.memberships import Refused
from accounts.models import Namespace
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.list_copies import copy_list, merge_lists, move_list
from papers.models import ReadingList
from papers.models.reading_list import in_families
from papers.views.lists import visible_list

LONGEST_KEY = 19  # digits of the largest bigint


@require_http_methods(["GET", "POST"])
@reader_required
def copies(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Whoever may read a list may copy it; who manages it may also hand it over or merge it into another one."""
    reading_list = visible_list(request, owner, slug)
    if request.method == "POST":
        return _act(request, reading_list)
    names = Namespace.objects.writable_by(request.user).select_related("user", "team")
    context = {
        "list": reading_list,
        "names": names,
        "manages": ReadingList.objects.managed_by(request.user).contains(reading_list),
        "targets": in_families(
            ReadingList.objects.editable_by(request.user).exclude(pk=reading_list.pk).for_cards().order_by("title", "pk")
        ),
    }
    return render(request, "papers/copies.html", context)


def _act(request: ReaderRequest, reading_list: ReadingList) -> HttpResponse:
    what, key = request.POST.get("what", ""), _key(request)
    try:
        if what == "copy":
            made = copy_list(reading_list=reading_list, owner=get_object_or_404(Namespace, pk=key), user=request.user)
            messages.success(request, _("“%(list)s” is copied.") % {"list": reading_list.title})
        elif what == "move":
            made = move_list(reading_list=reading_list, owner=get_object_or_404(Namespace, pk=key), user=request.user)
            messages.success(request, _("“%(list)s” belongs to %(name)s now.") % {"list": made.title, "name": made.owner.display_name})
        elif what == "merge":
            made = _merge(request, reading_list, key)
        else:
            return HttpResponseBadRequest()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("papers:list_copies", reading_list.owner.name, reading_list.slug)
    return redirect(made)


def _merge(request: ReaderRequest, reading_list: ReadingList, key: int) -> ReadingList:
    keep = get_object_or_404(ReadingList.objects.visible_to(request.user).select_related("owner"), pk=key)
    if not ReadingList.objects.editable_by(request.user).contains(keep):
        raise PermissionDenied
    merge_lists(keep=keep, other=reading_list, user=request.user)
    messages.success(request, _("“%(list)s” is part of “%(keep)s” now.") % {"list": reading_list.title, "keep": keep.title})
    return keep


def _key(request: ReaderRequest) -> int:
    key = request.POST.get("to", "")
    return int(key) if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else 0
