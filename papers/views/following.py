"""What a reader follows, the stream that comes of it, and its secret address for feed readers."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.keyset import BadCursor, KeysetPage
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.feed_addresses import end_feed_address, make_feed_address
from papers.actions.interests import interests_of
from papers.feeds.naming import secret_addresses
from papers.following import Followed, reasons_for, stream_page
from papers.models import FeedAddress, Follow, Paper
from papers.models.follow import TARGETS, column_of
from papers.search.similar import in_order
from papers.views.follows import address_of, name_of

CARDS_ON_A_PAGE = 25


@require_safe
@reader_required
def following(request: ReaderRequest) -> HttpResponse:
    return _page(request)


@require_POST
@reader_required
@never_cache
def feed_address(request: ReaderRequest) -> HttpResponse:
    """Make a new secret address and show its key, which no redirect could carry safely; or end the one there is."""
    action = request.POST.get("action")
    if action == "make":
        return _page(request, key=make_feed_address(user=request.user))
    if action != "end":
        return HttpResponseBadRequest()
    end_feed_address(user=request.user)
    return redirect(reverse("papers:following") + "#feed")


def _page(request: ReaderRequest, *, key: str = "") -> HttpResponse:
    interests = interests_of(request.user)
    context = {
        "groups": _groups(request),
        "categories": [_category(code) for code in interests["category"]],
        "searches": interests["search"],
        "page": _stream(request),
        "feed": FeedAddress.objects.filter(user=request.user).first(),
        "secret": secret_addresses("papers:secret_feed", key) if key else [],
    }
    return render(request, "papers/following.html", context)


def _category(code: str) -> dict[str, str]:
    page = f"{reverse('papers:front')}?{urlencode({'sort': 'new', 'category': code})}"
    return {"name": code, "page": page, "address": reverse("papers:follow_category", args=[code])}


def _groups(request: ReaderRequest) -> dict[str, list[dict[str, str]]]:
    """What is followed by kind, in the order of the alphabet: its name, its page, and where to say so no longer."""
    groups: dict[str, list[dict[str, str]]] = {name: [] for name in TARGETS}
    for one in Follow.objects.shown_to(request.user):
        target = one.target
        page = reverse("papers:holder", args=[one.namespace.name]) if one.namespace else target.get_absolute_url()  # type: ignore[union-attr]
        groups[column_of(target)].append({"name": name_of(target), "page": page, "address": address_of(target)})
    for found in groups.values():
        found.sort(key=lambda one: one["name"].casefold())
    return groups


def _stream(request: ReaderRequest) -> KeysetPage:
    followed = Followed(request.user)
    try:
        page = stream_page(followed, request.GET.get("after", ""), CARDS_ON_A_PAGE)
    except BadCursor as problem:
        raise Http404 from problem
    keys = [entry.paper_key for entry in page.items]
    reasons = reasons_for(followed, keys)
    papers: list[Any] = in_order(Paper.objects.visible_to(request.user).for_cards(request.user), keys)
    for paper in papers:
        paper.because = " · ".join(reason.text for reason in reasons[paper.pk])
    return KeysetPage(items=papers, next_cursor=page.next_cursor)
