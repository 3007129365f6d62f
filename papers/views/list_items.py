"""Many papers of a list at once, undoing a removal, and papers that may be there twice."""

from collections.abc import Callable, Sequence
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, page_before, reader_required
from papers.actions.list_items import MOST_AT_ONCE, Change, bring_back, copy_papers, move_papers, take_out
from papers.actions.tagging import tag_papers, tidied, untag_papers
from papers.formats.parting import from_commas
from papers.models import ListItem, Paper, ReadingList
from papers.views.answers import say_with_undo
from papers.views.lists import editable_list, visible_list

LONGEST_KEY = 19  # digits of the largest bigint


@require_POST
@reader_required
def bulk(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Take out, copy, move or tag the papers that are ticked."""
    reading_list = visible_list(request, owner, slug)
    papers = _ticked(request, reading_list)
    what = request.POST.get("what", "")
    if not papers or what not in DEEDS:
        messages.error(request, _("Tick some papers, at most %(n)d, and choose what to do with them.") % {"n": MOST_AT_ONCE})
        return redirect(page_before(request))
    try:
        change = DEEDS[what](request, reading_list, papers)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(page_before(request))
    say(request, reading_list, what, change)
    return redirect(page_before(request))


@require_POST
@reader_required
def undo(request: ReaderRequest, owner: str, slug: str, removal: UUID) -> HttpResponse:
    """Bring back what was taken out, with notes and places."""
    reading_list = visible_list(request, owner, slug)
    if not ReadingList.objects.addable_by(request.user).contains(reading_list):
        raise PermissionDenied
    change = bring_back(reading_list=reading_list, removal=removal, user=request.user)
    count = len(change.done)
    words = ngettext("%(n)d paper is back in “%(list)s”.", "%(n)d papers are back in “%(list)s”.", count)
    messages.success(request, words % {"n": count, "list": reading_list.title})
    return HttpResponseClientRefresh() if request.htmx else redirect(page_before(request))


@require_safe
@reader_required
def duplicates(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Papers of a list that look like one and the same, side by side."""
    reading_list = editable_list(request, owner, slug)
    items = ListItem.objects.filter(reading_list=reading_list).perhaps_twice()
    papers = Paper.objects.visible_to(request.user).for_cards(request.user)
    shown = list(items.for_cards(papers)[:MOST_AT_ONCE])
    groups = [list(group) for _title, group in groupby(shown, key=lambda item: item.bare_title)]  # type: ignore[attr-defined]
    return render(request, "papers/duplicates.html", {"list": reading_list, "groups": groups})


def say(request: ReaderRequest, reading_list: ReadingList, what: str, change: Change) -> None:
    """Tell what a change came to, with a button to undo it where papers were taken out."""
    count = len(change.done)
    words = {
        "remove": ngettext("%(n)d paper is taken out.", "%(n)d papers are taken out.", count),
        "copy": ngettext("%(n)d paper is copied.", "%(n)d papers are copied.", count),
        "move": ngettext("%(n)d paper is moved.", "%(n)d papers are moved.", count),
        "tag": ngettext("%(n)d paper is tagged.", "%(n)d papers are tagged.", count),
        "untag": ngettext("%(n)d paper lost its tag.", "%(n)d papers lost their tags.", count),
    }[what] % {"n": count}
    left = len(change.left)
    if left:
        words += " " + ngettext("%(n)d stays as it was.", "%(n)d stay as they were.", left) % {"n": left}
    if what == "remove" and change.removal:
        say_with_undo(request, words, "papers:undo", reading_list.owner.name, reading_list.slug, change.removal)
    else:
        messages.success(request, words)


def _ticked(request: ReaderRequest, reading_list: ReadingList) -> list[int]:
    """The papers that are ticked, or with `all` every one of the list, or `only` those with a tag."""
    keys = [key for key in request.POST.getlist("item") if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY]
    items, only = reading_list.items.order_by("position"), request.POST.get("only")
    items = items.tagged(only) if only else items
    chosen = items if request.POST.get("all") else items.filter(pk__in=keys[: MOST_AT_ONCE + 1])
    papers = list(chosen.values_list("paper", flat=True)[: MOST_AT_ONCE + 1])
    return papers if len(papers) <= MOST_AT_ONCE else []


def _target(request: ReaderRequest) -> ReadingList:
    key = request.POST.get("to", "")
    if not key:
        raise Refused(_("Choose a list to put them into."))
    known = int(key) if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else 0
    target = get_object_or_404(ReadingList.objects.visible_to(request.user), pk=known)
    if not ReadingList.objects.addable_by(request.user).contains(target):
        raise PermissionDenied
    return target


def _take_out(request: ReaderRequest, reading_list: ReadingList, papers: Sequence[int]) -> Change:
    if not ReadingList.objects.addable_by(request.user).contains(reading_list):
        raise PermissionDenied
    return take_out(reading_list=reading_list, papers=papers, user=request.user, items=ListItem.objects.changeable_by(request.user))


def _copy(request: ReaderRequest, reading_list: ReadingList, papers: Sequence[int]) -> Change:
    return copy_papers(source=reading_list, target=_target(request), papers=papers, user=request.user)


def _move(request: ReaderRequest, reading_list: ReadingList, papers: Sequence[int]) -> Change:
    if not ReadingList.objects.editable_by(request.user).contains(reading_list):
        raise PermissionDenied
    return move_papers(source=reading_list, target=_target(request), papers=papers, user=request.user)


def _tag(request: ReaderRequest, reading_list: ReadingList, papers: Sequence[int]) -> Change:
    """Give tags to those of the papers that are the reader's to change, or take them."""
    if not ReadingList.objects.addable_by(request.user).contains(reading_list):
        raise PermissionDenied
    names = tidied(from_commas(request.POST.get("tags", "")))
    if not names:
        raise Refused(_("Write one tag at least."))
    change = tag_papers if request.POST["what"] == "tag" else untag_papers
    done = change(reading_list=reading_list, papers=papers, names=names, items=ListItem.objects.changeable_by(request.user))
    return Change(done=done, left=[paper for paper in papers if paper not in set(done)])


DEEDS: dict[str, Callable[[ReaderRequest, ReadingList, Sequence[int]], Change]] = {
    "remove": _take_out,
    "copy": _copy,
    "move": _move,
    "tag": _tag,
    "untag": _tag,
}
