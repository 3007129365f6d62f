"""The page that keeps a list in step with Zotero, for those who manage the list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.zotero import ask_for_push, connect_zotero, disconnect_zotero
from papers.forms import ZoteroForm
from papers.models import ReadingList, ZoteroLink
from papers.views.sharing import managed_list


@require_http_methods(["GET", "POST"])
@reader_required
def zotero(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Show how it stands, connect a library, push now, or end it."""
    reading_list = managed_list(request, owner, slug)
    if request.method == "POST" and "do" in request.POST:
        return _do(request, reading_list)
    form = ZoteroForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            connect_zotero(reading_list=reading_list, user=request.user, **form.cleaned_data)
            messages.success(request, _("Connected. The papers are on their way."))
            return redirect("papers:zotero", reading_list.owner.name, reading_list.slug)
        except Refused as refused:
            form.add_error("key", str(refused))
    return render(request, "papers/zotero.html", _context(reading_list) | {"form": form})


def _do(request: ReaderRequest, reading_list: ReadingList) -> HttpResponse:
    link = get_object_or_404(ZoteroLink.objects.select_related("reading_list"), reading_list=reading_list)
    if request.POST["do"] == "push":
        ask_for_push(link=link, user=request.user)
        messages.success(request, _("The list is brought to Zotero now."))
    elif request.POST["do"] == "end":
        disconnect_zotero(link=link, user=request.user)
        messages.success(request, _("No longer kept in step. What is in Zotero stays there."))
    return redirect("papers:zotero", reading_list.owner.name, reading_list.slug)


def _context(reading_list: ReadingList) -> dict[str, object]:
    link = ZoteroLink.objects.select_related("made_by__namespace").filter(reading_list=reading_list).first()
    left = link.items.filter(is_left=True).count() if link else 0
    return {"list": reading_list, "link": link, "left": left, "is_in_step": link and link.pushed_version == reading_list.version}
