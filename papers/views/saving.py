"""Saving a paper: the save button, and the picker of lists."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import User
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.lists import SAVED_SLUG, add_paper, remove_paper, saved_list
from papers.models import ListItem, Paper, ReadingList
from papers.models.reading_list import in_families
from papers.views.answers import answer, say_taken_out

LONGEST_KEY = 19  # digits of the largest bigint


@require_POST
@reader_required
def save(request: ReaderRequest, slug: str) -> HttpResponse:
    """Put a paper into a list or take it out; without `list`, the reader's own Saved list is meant."""
    action, paper = request.POST.get("action", "add"), _paper(request.user, slug)
    if action not in {"add", "remove"}:
        return HttpResponseBadRequest()
    reading_list = list_to_change(request)
    if action == "add":
        add_paper(reading_list=reading_list, paper=paper, user=request.user)
        messages.success(request, _("Added to “%(list)s”.") % {"list": reading_list.title})
    else:
        _take_out(request, reading_list, paper)
    return answer(request, "papers/_saved.html", picker_of(request, _paper(request.user, slug)), anchor=f"#paper-{paper.pk}")


@require_safe
@reader_required
@vary_on_headers("HX-Request")
def picker(request: ReaderRequest, slug: str) -> HttpResponse:
    """Show the reader's lists with a tick at those that hold the paper: as a dialog, or as a page."""
    template = "papers/_picker_dialog.html" if request.htmx else "papers/picker.html"
    return render(request, template, picker_of(request, _paper(request.user, slug)))


def picker_of(request: ReaderRequest, paper: Paper) -> dict[str, object]:
    """What the picker shows: the lists that the reader may add to, and those for which they may suggest the paper."""
    lists = _lists_with_ticks(request.user, paper)
    keys = [each.pk for each in lists]
    if not any(each.slug == SAVED_SLUG and each.owner_id == request.user.namespace.pk for each in lists):
        lists.insert(0, ReadingList(owner=request.user.namespace, slug=SAVED_SLUG, title=_("Saved")))  # made when it is first pressed
    others = ReadingList.objects.suggestable_by(request.user).of_reader(request.user).exclude(pk__in=keys)
    return {
        "paper": paper,
        "lists": lists,
        "suggestable": others.for_cards().order_by("title", "pk"),
        "from_picker": "list" in request.POST,
        "without_card": "without_card" in request.POST,
    }


def _lists_with_ticks(user: User, paper: Paper) -> list[ReadingList]:
    holds = Exists(ListItem.objects.filter(reading_list=OuterRef("pk"), paper=paper))
    return in_families(ReadingList.objects.addable_by(user).for_cards().recent().annotate(holds_paper=holds))


def _paper(user: User, slug: str) -> Paper:
    return get_object_or_404(Paper.objects.visible_to(user).for_cards(user).called(slug))


def list_to_change(request: ReaderRequest) -> ReadingList:
    """The list that a form names, to which the reader may add; without one, the reader's own Saved list."""
    pk = request.POST.get("list", "")
    if not pk:
        return saved_list(user=request.user)
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user), pk=pk if pk.isdecimal() and len(pk) < LONGEST_KEY else 0)
    if not ReadingList.objects.addable_by(request.user).contains(reading_list):
        raise PermissionDenied
    return reading_list


def _take_out(request: ReaderRequest, reading_list: ReadingList, paper: Paper) -> None:
    """Take a paper out, and say so beside a button that brings it back."""
    items = reading_list.items.filter(paper=paper)
    if items.exists() and not items.changeable_by(request.user).exists():
        raise PermissionDenied
    removal = remove_paper(reading_list=reading_list, paper=paper, user=request.user)
    say_taken_out(request, reading_list, removal)
