"""Tags: all of a person or a team, the papers with one, changing them; and those of one paper in a list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.models import Namespace
from accounts.views.access import ReaderRequest, Request, page_before, reader_required
from papers.actions.tagging import write_tags
from papers.actions.tags import change_tag, create_tag, delete_tag, merge_tags
from papers.downloads import tag_download
from papers.formats.parting import from_commas
from papers.formats.writing import FORMS
from papers.forms import TagForm
from papers.models import Paper, Tag
from papers.models.reading_list import ITEM_ORDERS, ListItemQuerySet, holders_visible_to
from papers.models.tag import BY_NAME, TagQuerySet, items_tagged
from papers.views.lists import changeable_item

TAGS_ON_A_PAGE, PAPERS_ON_A_PAGE, MOST_SUGGESTED = 100, 50, 300


@require_safe
def tags(request: Request, owner: str) -> HttpResponse:
    """All tags of a person or a team that the reader may see."""
    holder = _holder(request, owner)
    if holder.name != owner:  # a former name
        return redirect("papers:tags", holder.name)
    return _tags_page(request, holder, TagForm())


@require_POST
@reader_required
def new_tag(request: ReaderRequest, owner: str) -> HttpResponse:
    holder, form = _holder(request, owner), TagForm(request.POST)
    if not Namespace.objects.writable_by(request.user).contains(holder):
        raise PermissionDenied
    if form.is_valid():
        try:
            return redirect(create_tag(owner=holder, **form.cleaned_data))
        except Refused as refused:
            form.add_error("name", str(refused))
    return _tags_page(request, holder, form)


@require_safe
def tag(request: Request, owner: str, name: str) -> HttpResponse:
    """The papers with a tag, over all lists of its owner that the reader may see."""
    found = _tag(request, owner, name)
    if (found.owner.name, found.in_address) != (owner, name):  # a former name, or another case
        return redirect(found)
    context = {
        "tag": found,
        "page": _papers(request, found),
        "forms": FORMS,
        "may_edit": Tag.objects.editable_by(request.user).contains(found),
    }
    return render(request, "papers/tag.html", context)


@require_safe
def tag_file(request: Request, owner: str, name: str, form: str) -> HttpResponseBase:
    """Give the papers with a tag as a file."""
    return tag_download(request, _tag(request, owner, name), form)


@require_http_methods(["GET", "POST"])
@reader_required
def edit_tag(request: ReaderRequest, owner: str, pk: int) -> HttpResponse:
    found = _editable_tag(request, owner, pk)
    form = TagForm(request.POST or None, initial={"name": found.name, "colour": found.colour})
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_tag(tag=found, **form.cleaned_data)
            messages.success(request, _("The tag is changed."))
            return redirect(changed)
        except Refused as refused:
            form.add_error("name", str(refused))
    others = Tag.objects.filter(owner=found.owner).exclude(pk=found.pk).by_name()
    return render(request, "papers/edit_tag.html", {"tag": found, "form": form, "others": others[:MOST_SUGGESTED]})


@require_POST
@reader_required
def merge_tag(request: ReaderRequest, owner: str, pk: int) -> HttpResponse:
    """Make a tag part of another one of the same owner, by its name."""
    found = _editable_tag(request, owner, pk)
    keep = Tag.objects.filter(owner=found.owner).called(request.POST.get("into", "").strip()).select_related("owner").first()
    try:
        if keep is None:
            raise Refused(_("Choose a tag that there is."))
        merge_tags(keep=keep, other=found)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("papers:edit_tag", found.owner.name, found.pk)
    messages.success(request, _("“%(tag)s” is part of “%(keep)s” now.") % {"tag": found.name, "keep": keep.name})
    return redirect(keep)


@require_POST
@reader_required
def remove_tag(request: ReaderRequest, owner: str, pk: int) -> HttpResponse:
    found = _editable_tag(request, owner, pk)
    delete_tag(tag=found)
    messages.success(request, _("The tag “%(tag)s” is deleted; the papers stay where they are.") % {"tag": found.name})
    return redirect("papers:tags", found.owner.name)


@require_POST
@reader_required
def item_tags(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    """Replace the tags of a paper in a list."""
    listed = changeable_item(request, owner, slug, item)
    write_tags(item=listed, names=from_commas(request.POST.get("tags", "")))
    messages.success(request, _("The tags are saved."))
    return redirect(f"{page_before(request)}#paper-{listed.paper_id}")


def _tags_page(request: Request, holder: Namespace, form: TagForm) -> HttpResponse:
    visible: TagQuerySet = Tag.objects.visible_to(request.user).filter(owner=holder).select_related("owner")
    context = {
        "holder": holder,
        "form": form,
        "page": _page(request, visible.by_name().with_counts_for(request.user), BY_NAME, TAGS_ON_A_PAGE),
        "may_edit": Namespace.objects.writable_by(request.user).contains(holder),
    }
    return render(request, "papers/tags.html", context)


def _papers(request: Request, found: Tag) -> KeysetPage:
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    items = items_tagged(found, request.user).for_cards(cards).select_related("reading_list__owner")
    return _page(request, items, ITEM_ORDERS["added"], PAPERS_ON_A_PAGE)


def _page(request: Request, rows: "TagQuerySet | ListItemQuerySet", order: tuple[str, ...], size: int) -> KeysetPage:
    try:
        return keyset_page(rows, order, request.GET.get("after", ""), size)
    except BadCursor as problem:
        raise Http404 from problem


def _holder(request: Request, name: str) -> Namespace:
    return get_object_or_404(holders_visible_to(request.user).called(name).select_related("user__namespace", "team"))


def _tag(request: Request, owner: str, name: str) -> Tag:
    return get_object_or_404(Tag.objects.visible_to(request.user).at(owner, name))


def _editable_tag(request: ReaderRequest, owner: str, pk: int) -> Tag:
    """Return a tag to change: not visible is 404, visible but somebody else's is 403."""
    found = get_object_or_404(Tag.objects.visible_to(request.user).under(owner), pk=pk)
    if not Tag.objects.editable_by(request.user).contains(found):
        raise PermissionDenied
    return found
