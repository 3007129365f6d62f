"""Reading lists: mine and my teams', one list, making and changing them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.models import Namespace, Team
from accounts.views.access import ReaderRequest, Request, reader_required
from papers.actions.lists import change_list, create_list, delete_list, remove_paper
from papers.actions.nesting import nest_list
from papers.forms import ListForm, NewListForm, TeamListForm
from papers.models import ListItem, ListShare, Paper, ReadingList, Suggestion, Tag
from papers.models.assignment import with_teamwork
from papers.models.comment import comments_of_item
from papers.models.reading_list import ITEM_ORDERS, in_families, team_of_reader
from papers.models.reading_state import people_showing_reading
from papers.refusing import refusal
from papers.views.answers import say_taken_out
from papers.views.follows import follow_button

ITEMS_ON_A_PAGE = 50
MOST_TARGETS = 500
MOST_TAGS = 300
ORDER_TABS = {"hand": _lazy("By hand"), "added": _lazy("Added"), "votes": _lazy("Votes"), "published": _lazy("Published")}


@require_safe
@reader_required
def lists(request: ReaderRequest) -> HttpResponse:
    mine = in_families(ReadingList.objects.of_reader(request.user).for_cards().with_progress_of(request.user).recent())
    names = set(Namespace.objects.of_member(request.user).values_list("pk", flat=True))
    context = {
        "own_lists": [each for each in mine if each.owner.user_id == request.user.pk],
        "team_lists": [each for each in mine if each.owner.is_team and each.owner_id in names],
        "shared_lists": [each for each in mine if each.owner_id not in names],
    }
    return render(request, "papers/lists.html", context)


@require_http_methods(["GET", "POST"])
@reader_required
def new_list(request: ReaderRequest) -> HttpResponse:
    form = NewListForm(request.POST or None, user=request.user, initial=_inside(request))
    if request.method == "POST" and form.is_valid():
        return redirect(create_list(user=request.user, **form.cleaned_data))
    return render(request, "papers/new_list.html", {"form": form})


@require_safe
def one_list(request: Request, owner: str, slug: str) -> HttpResponse:
    reading_list = visible_list(request, owner, slug)
    if reading_list.owner.name != owner:  # a former name
        return redirect(reading_list)
    order, tag = request.GET.get("order", "hand"), request.GET.get("tag", "")
    may_edit = ReadingList.objects.editable_by(request.user).contains(reading_list)
    team = team_of_reader(request.user, reading_list)
    context = {
        "list": reading_list,
        "order": order,
        "tabs": ORDER_TABS,
        "tag": tag,
        "known_tags": list(Tag.objects.visible_to(request.user).for_list(reading_list)[:MOST_TAGS]),
        "may_edit": may_edit,
        "may_add": may_edit or ReadingList.objects.addable_by(request.user).contains(reading_list),
        "may_move": may_edit and order == "hand" and not tag,
        "own_names": set(Namespace.objects.writable_by(request.user).values_list("pk", flat=True)) if may_edit else (),
        "targets": _targets(request, reading_list),
        "manages": ReadingList.objects.managed_by(request.user).contains(reading_list),
        "own_share": _share_of(request, reading_list),
        "children": ReadingList.objects.filter(parent=reading_list).for_cards().order_by("title", "pk"),
        "follow": follow_button(request, reading_list),
        "page": _items(request, reading_list, order, team),
        "discusses": team is not None,
        "item_foot": "papers/_item_together.html" if team else "",
        "people_count": people_showing_reading(team).count() if team else 0,
        "suggestion_count": _suggestion_count(request, reading_list),
    }
    return render(request, "papers/list.html", context)


@require_http_methods(["GET", "POST"])
@reader_required
def edit_list(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    reading_list = editable_list(request, owner, slug)
    manages = ReadingList.objects.managed_by(request.user).contains(reading_list)
    posted = request.POST or None
    form = ListForm(posted, instance=reading_list, user=request.user) if manages else TeamListForm(posted, instance=reading_list)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, reading_list, dict(form.cleaned_data))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("papers:edit_list", reading_list.owner.name, reading_list.slug)
        messages.success(request, _("The list is changed."))
        return redirect(reading_list)
    return render(request, "papers/edit_list.html", {"form": form, "list": reading_list, "manages": manages})


@require_POST
@reader_required
def remove_list(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    reading_list = editable_list(request, owner, slug)
    if not ReadingList.objects.managed_by(request.user).contains(reading_list):
        raise PermissionDenied
    delete_list(reading_list=reading_list, user=request.user)
    messages.success(request, _("“%(list)s” is deleted.") % {"list": reading_list.title})
    return redirect("papers:lists")


@require_POST
@reader_required
def remove_item(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    listed = changeable_item(request, owner, slug, item)
    removal = remove_paper(reading_list=listed.reading_list, paper=listed.paper, user=request.user)
    say_taken_out(request, listed.reading_list, removal)
    return redirect(listed.reading_list)


def _share_of(request: Request, reading_list: ReadingList) -> ListShare | None:
    """What lets the reader in, where the list is somebody else's."""
    if not request.user.is_authenticated or Namespace.objects.of_member(request.user).contains(reading_list.owner):
        return None
    shares = ListShare.objects.reaching(request.user).filter(reading_list__in=[reading_list.pk, reading_list.parent_id])
    return shares.with_names().first()


def _targets(request: Request, reading_list: ReadingList) -> list[ReadingList]:
    """Lists into which papers of this one can be copied or moved."""
    others = ReadingList.objects.addable_by(request.user).exclude(pk=reading_list.pk)
    return in_families(others.for_cards().order_by("title", "pk")[:MOST_TARGETS])


def _inside(request: ReaderRequest) -> dict[str, Any]:
    """What the form for a new list starts with, where it is asked for inside another one: ?in=owner/slug."""
    owner, _slash, slug = request.GET.get("in", "").partition("/")
    parent = ReadingList.objects.editable_by(request.user).roots().at(owner, slug).first() if slug else None
    return {"owner": parent.owner_id, "parent": parent.pk} if parent else {"owner": request.user.namespace.pk}


@transaction.atomic
def _change(request: ReaderRequest, reading_list: ReadingList, wanted: dict[str, Any]) -> None:
    present = ReadingList.objects.select_related("owner__team", "parent").get(pk=reading_list.pk)  # the form has changed its own
    parent = wanted.pop("parent", present.parent)
    if parent != present.parent:
        wanted.pop("visibility", None)
        nest_list(reading_list=present, parent=parent, user=request.user)
    change_list(reading_list=present, user=request.user, **wanted)


def visible_list(request: Request, owner: str, slug: str) -> ReadingList:
    lists = ReadingList.objects.visible_to(request.user).for_cards().with_progress_of(request.user)
    return get_object_or_404(lists.at(owner, slug))


def editable_list(request: ReaderRequest, owner: str, slug: str) -> ReadingList:
    """Return a list to change: not visible is 404, visible but somebody else's is 403."""
    reading_list = visible_list(request, owner, slug)
    if not ReadingList.objects.editable_by(request.user).contains(reading_list):
        raise PermissionDenied
    return reading_list


def changeable_item(request: ReaderRequest, owner: str, slug: str, pk: int) -> ListItem:
    """Return a paper of a list to change: the editors', or one that the reader added."""
    reading_list = visible_list(request, owner, slug)
    items = ListItem.objects.filter(reading_list=reading_list)
    if not ReadingList.objects.addable_by(request.user).at(owner, slug).exists():
        raise refusal(ReadingList.objects.filter(pk=reading_list.pk), PermissionDenied())
    item = get_object_or_404(items.select_related("paper", "reading_list__owner"), pk=pk)
    if not items.changeable_by(request.user).contains(item):
        raise refusal(items.filter(pk=pk), PermissionDenied())
    return item


def _suggestion_count(request: Request, reading_list: ReadingList) -> int | None:
    """How many suggestions wait for the reader, or wait of the reader's; None where nothing can be suggested."""
    if not reading_list.owner.is_team or not ReadingList.objects.suggestable_by(request.user).filter(pk=reading_list.pk).exists():
        return None
    return Suggestion.objects.visible_to(request.user).open().filter(reading_list=reading_list).count()


def _items(request: Request, reading_list: ReadingList, order: str, team: Team | None) -> KeysetPage:
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    tag, listed = request.GET.get("tag"), ListItem.objects.filter(reading_list=reading_list)
    items = (listed.tagged(tag) if tag else listed).in_order(order).for_cards(cards).annotate(comment_count=comments_of_item())
    try:
        return keyset_page(with_teamwork(items, team, request.user), ITEM_ORDERS[order], request.GET.get("after", ""), ITEMS_ON_A_PAGE)
    except (BadCursor, KeyError) as problem:
        raise Http404 from problem
