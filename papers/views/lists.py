"""Reading lists: mine and my teams', one list, making and changing them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.models import Namespace
from accounts.views.access import ReaderRequest, Request, reader_required
from papers.actions.lists import change_list, create_list, delete_list, remove_paper, write_note
from papers.forms import ListForm, NewListForm, NoteForm, TeamListForm
from papers.models import ListItem, Paper, ReadingList
from papers.models.comment import comments_of_item

ITEMS_ON_A_PAGE = 50
IN_ORDER = ("position", "pk")


@require_safe
@reader_required
def lists(request: ReaderRequest) -> HttpResponse:
    mine = ReadingList.objects.of_reader(request.user).for_cards().with_progress_of(request.user).recent()
    context = {
        "own_lists": [each for each in mine if each.owner.user_id == request.user.pk],
        "team_lists": [each for each in mine if each.owner.user_id != request.user.pk],
    }
    return render(request, "papers/lists.html", context)


@require_http_methods(["GET", "POST"])
@reader_required
def new_list(request: ReaderRequest) -> HttpResponse:
    form = NewListForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect(create_list(user=request.user, **form.cleaned_data))
    return render(request, "papers/new_list.html", {"form": form})


@require_safe
def one_list(request: Request, owner: str, slug: str) -> HttpResponse:
    reading_list = _visible_list(request, owner, slug)
    if reading_list.owner.name != owner:  # a former name
        return redirect(reading_list)
    context = {
        "list": reading_list,
        "may_edit": ReadingList.objects.editable_by(request.user).contains(reading_list),
        "page": _items(request, reading_list),
        "discusses": reading_list.owner.is_team and Namespace.objects.of_member(request.user).contains(reading_list.owner),
    }
    return render(request, "papers/list.html", context)


@require_http_methods(["GET", "POST"])
@reader_required
def edit_list(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    reading_list = _editable_list(request, owner, slug)
    manages = ReadingList.objects.managed_by(request.user).contains(reading_list)
    form = (ListForm if manages else TeamListForm)(request.POST or None, instance=reading_list)
    if request.method == "POST" and form.is_valid():
        change_list(reading_list=reading_list, user=request.user, **form.cleaned_data)
        messages.success(request, _("The list is changed."))
        return redirect(reading_list)
    return render(request, "papers/edit_list.html", {"form": form, "list": reading_list, "manages": manages})


@require_POST
@reader_required
def remove_list(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    reading_list = _editable_list(request, owner, slug)
    if not ReadingList.objects.managed_by(request.user).contains(reading_list):
        raise PermissionDenied
    delete_list(reading_list=reading_list, user=request.user)
    messages.success(request, _("“%(list)s” is deleted.") % {"list": reading_list.title})
    return redirect("papers:lists")


@require_POST
@reader_required
def note(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    listed = get_object_or_404(_editable_list(request, owner, slug).items, pk=item)
    form = NoteForm(request.POST, instance=listed)
    if form.is_valid():
        write_note(item=listed, note=form.cleaned_data["note"])
        messages.success(request, _("The note is saved."))
    else:
        messages.error(request, " ".join(map(str, form.errors["note"])))
    return redirect(f"{listed.reading_list.get_absolute_url()}#paper-{listed.paper_id}")


@require_POST
@reader_required
def remove_item(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    listed = get_object_or_404(_editable_list(request, owner, slug).items.select_related("paper"), pk=item)
    remove_paper(reading_list=listed.reading_list, paper=listed.paper)
    messages.success(request, _("Taken out of “%(list)s”.") % {"list": listed.reading_list.title})
    return redirect(listed.reading_list)


def _visible_list(request: Request, owner: str, slug: str) -> ReadingList:
    lists = ReadingList.objects.visible_to(request.user).for_cards().with_progress_of(request.user)
    return get_object_or_404(lists.at(owner, slug))


def _editable_list(request: ReaderRequest, owner: str, slug: str) -> ReadingList:
    """Return a list to change: not visible is 404, visible but somebody else's is 403."""
    reading_list = _visible_list(request, owner, slug)
    if not ReadingList.objects.editable_by(request.user).contains(reading_list):
        raise PermissionDenied
    return reading_list


def _items(request: Request, reading_list: ReadingList) -> KeysetPage:
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    items = (
        ListItem.objects.filter(reading_list=reading_list)
        .annotate(comment_count=comments_of_item())
        .prefetch_related(Prefetch("paper", cards))
    )
    try:
        return keyset_page(items.select_related("added_by"), IN_ORDER, request.GET.get("after", ""), ITEMS_ON_A_PAGE)
    except BadCursor as problem:
        raise Http404 from problem
