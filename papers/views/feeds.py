"""Every feed by its address, and the page that tells of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.keyset import BadCursor
from accounts.views.access import Request
from papers import feeds
from papers.actions.feed_addresses import note_feed_use
from papers.actions.list_links import note_use
from papers.models import Author, AuthorClaim, Category, FeedAddress, ReadingList
from papers.models.reading_list import holders_visible_to
from papers.views.taking_along import kept_quiet, wrong_key

LONGEST = 500


def feed_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A feed is only read; a page that no feed has given out is not there."""

    @require_safe
    @wraps(view)
    def answer(request: Request, **names: Any) -> HttpResponseBase:
        try:
            return view(request, **names)
        except BadCursor as problem:
            raise Http404 from problem

    return answer


@require_safe
def feeds_page(request: Request) -> HttpResponse:
    """Where a reader finds the address of every feed."""
    return render(request, "papers/feeds.html", {"orders": feeds.ORDERS, "categories": Category.objects.order_by("slug")})


@feed_view
def catalogue_feed(request: Request, order: str, form: str) -> HttpResponseBase:
    return feeds.catalogue_feed(request, order, form)


@feed_view
def author_feed(request: Request, pk: int, form: str) -> HttpResponseBase:
    found = get_object_or_404(Author, pk=pk)
    claim = AuthorClaim.objects.accepted().filter(author=found).first()
    return feeds.author_feed(request, found, Author.objects.of_person(found, claim), form)


@feed_view
def category_feed(request: Request, code: str, form: str) -> HttpResponseBase:
    return feeds.category_feed(request, get_object_or_404(Category, slug=code), form)


@feed_view
def holder_feed(request: Request, name: str, form: str) -> HttpResponseBase:
    """What a person or a team puts into lists."""
    holders = holders_visible_to(request.user).called(name).select_related("user", "team")
    return feeds.holder_feed(request, get_object_or_404(holders), form)


@feed_view
def search_feed(request: Request, form: str) -> HttpResponseBase:
    return feeds.search_feed(request, request.GET.get("q", "").strip()[:LONGEST], form)


@feed_view
def list_feed(request: Request, owner: str, slug: str, form: str) -> HttpResponseBase:
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).for_cards().at(owner, slug))
    own = settings.SITE_URL + reverse("papers:list_feed", args=[reading_list.owner.name, reading_list.slug, form])
    return feeds.list_feed(request, reading_list, form, page=settings.SITE_URL + reading_list.get_absolute_url(), own=own)


@feed_view
def shared_feed(request: Request, key: str, form: str) -> HttpResponseBase:
    """Give a list's feed to whoever has its secret link."""
    reading_list = ReadingList.objects.opened_by(key).for_cards().first()
    if reading_list is None:
        return wrong_key(request)
    note_use(key=key)
    page, own = (settings.SITE_URL + path for path in (reverse("papers:shared", args=[key]), request.path))
    return kept_quiet(feeds.list_feed(request, reading_list, form, page=page, own=own))


@feed_view
def secret_feed(request: Request, key: str, form: str) -> HttpResponseBase:
    """Give a reader's stream to whoever has its secret address."""
    found = FeedAddress.objects.opened_by(key).first()
    if found is None:
        return wrong_key(request)
    note_feed_use(key=key, of=FeedAddress)
    return kept_quiet(feeds.stream_feed(request, found.user, form))
