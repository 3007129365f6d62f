"""Searching: one page of results, and titles while somebody types."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.access import ReaderRequest, Request, reader_required
from papers.actions.interests import forget_search, interests_of, save_search
from papers.markup import html, without_torn_end
from papers.models import Paper, ReadingList
from papers.search import search as find
from papers.search.facets import facets
from papers.search.similar import in_order
from papers.search.wording import BETWEEN, excerpts, suggestions

CARDS_ON_A_PAGE, LISTS_SHOWN, LONGEST = 25, 6, 500


@require_safe
def search(request: Request) -> HttpResponse:
    """Show what a search found; the id of a paper leads to that paper."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = find(text, request.user)
    if found.paper:
        return redirect(found.paper)
    start = _start(request)
    keys = found.keys[start : start + CARDS_ON_A_PAGE]
    papers = in_order(Paper.objects.visible_to(request.user).for_cards(request.user), keys)
    matching = excerpts(keys, found.query)
    context = {
        "text": text,
        "typed": " ".join(text.split()),
        "found": found,
        "count": len(found.keys),
        "cards": [(paper, _marked(matching.get(paper.pk, ""))) for paper in papers],
        "facets": facets(found.keys, request.user) if found.keys else {},
        "saved": interests_of(request.user)["search"] if request.user.is_authenticated else [],
        "lists": _lists_called(request, found.query.text),
        "next_start": start + CARDS_ON_A_PAGE if start + CARDS_ON_A_PAGE < len(found.keys) else None,
    }
    return render(request, "papers/search.html", context)


@require_POST
@reader_required
def save(request: ReaderRequest) -> HttpResponse:
    """Keep a search, or let it go."""
    text = request.POST.get("q", "")[:LONGEST]
    if request.POST.get("action") == "forget":
        forget_search(user=request.user, text=text)
    elif save_search(user=request.user, text=text):
        messages.success(request, _("The search is saved. New papers that it finds come first in your digest."))
    else:
        messages.error(request, _("This search is too long to be saved, or you have too many."))
    if request.POST.get("back") == "following":
        return redirect("papers:following")
    return redirect(f"{reverse('papers:search')}?{urlencode({'q': text})}")


@require_safe
def suggest(request: Request) -> HttpResponse:
    """Titles for the box, as options of its datalist."""
    titles = suggestions(request.GET.get("q", "")[:LONGEST])
    return render(request, "papers/_suggestions.html", {"titles": titles})


def _start(request: Request) -> int:
    text = request.GET.get("start", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _marked(excerpt: str) -> SafeString:
    """Show the parts of an excerpt, each by itself: a formula that is cut off in one must not end in the next."""
    return mark_safe(BETWEEN.join(html(without_torn_end(part)) for part in excerpt.split(BETWEEN)))  # noqa: S308 - escaped there


def _lists_called(request: Request, text: str) -> list[ReadingList]:
    """The reader's lists whose titles hold the words."""
    if not text:
        return []
    lists = ReadingList.objects.of_reader(request.user).for_cards()
    for word in text.split()[:8]:
        lists = lists.filter(title__icontains=word)
    return list(lists.recent()[:LISTS_SHOWN])
