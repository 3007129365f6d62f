"""Moving a paper within a list: by buttons, by keys, or dropped beside another one."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import ReaderRequest, page_before, reader_required
from papers.actions.list_order import move_item, move_item_by, move_item_to, place_of
from papers.markup import plain
from papers.models import ListItem
from papers.views.lists import editable_list

LONGEST_KEY = 19  # digits of the largest bigint
END = 10**9


@require_POST
@reader_required
def move(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    """Move a paper; a script gets the words for it, a plain form its page again."""
    reading_list = editable_list(request, owner, slug)
    listed = get_object_or_404(reading_list.items.select_related("paper", "reading_list"), pk=item)
    if not _move(request, listed):
        return HttpResponseBadRequest()
    facts = {"paper": plain(listed.paper.title), "place": place_of(listed), "count": reading_list.item_count}
    words = _("“%(paper)s” is number %(place)s of %(count)s now.") % facts
    if request.htmx:
        return HttpResponse(words, content_type="text/plain; charset=utf-8")
    messages.success(request, words)
    return redirect(f"{page_before(request)}#paper-{listed.paper_id}")


def _move(request: ReaderRequest, item: ListItem) -> bool:
    """Do what the form says; False where it says nothing that is known."""
    to = request.POST.get("to", "")
    if to in {"up", "down"}:
        move_item_by(item=item, steps=1 if to == "down" else -1)
    elif to in {"top", "bottom"}:
        move_item_to(item=item, place=0 if to == "top" else END)
    elif request.POST.get("before"):
        move_item(item=item, before=_neighbour(item, request.POST["before"]))
    elif request.POST.get("after"):
        move_item(item=item, after=_neighbour(item, request.POST["after"]))
    else:
        return False
    return True


def _neighbour(item: ListItem, key: str) -> ListItem:
    known = key if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else 0
    return get_object_or_404(item.reading_list.items, pk=known)
