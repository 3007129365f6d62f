"""The note beside a paper in a list: a page to write it on, where two who write at once see both texts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.access import ReaderRequest, reader_required
from papers.actions.notes import NoteChanged, write_note
from papers.forms import NoteForm
from papers.models import ListItem
from papers.views.lists import changeable_item


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def note(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    """Write the note. Where it has changed meanwhile, both texts are shown and nothing is lost."""
    listed = changeable_item(request, owner, slug, item)
    seen = {"note": listed.note, "version": listed.note_version}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=seen)
    if not form.is_valid() or "preview" in request.POST:
        preview = form.cleaned_data["note"] if form.is_bound and form.is_valid() else ""
        return render(request, "papers/edit_note.html", {"item": listed, "form": form, "preview": preview})
    try:
        write_note(item=listed, user=request.user, **form.cleaned_data)
    except NoteChanged as changed:
        again = NoteForm(initial={"note": form.cleaned_data["note"], "version": changed.item.note_version})
        return render(request, "papers/edit_note.html", {"item": listed, "form": again, "present": changed.item}, status=409)
    messages.success(request, _("The note is saved."))
    return redirect(address_of(listed))


def address_of(item: ListItem) -> str:
    """Where an item stands in its list; load it with its list and the owner of that."""
    return f"{item.reading_list.get_absolute_url()}#paper-{item.paper_id}"
