"""Feeds of the catalogue: as a whole in several orders, of a category, of an author."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.keyset import keyset_page
from papers.feeds.answering import LENGTH, Feed, answer_feed
from papers.following import Entry
from papers.models import Author, Category, Paper
from papers.models.paper import ORDERS as COLUMNS
from papers.models.paper import TOPS, PaperQuerySet


@dataclass(frozen=True)
class Order:
    """One order of the catalogue.

    Attributes:
        query: of the front page in the same order.
        period: whose upvotes papers must have, "all" for none.
    """

    label: str | Promise
    query: str
    columns: tuple[str, ...]
    period: str = "all"


# By their names in addresses.
ORDERS = {
    "trending": Order(gettext_lazy("Trending"), "", COLUMNS["hot"]),
    "new": Order(gettext_lazy("New"), "?sort=new", COLUMNS["new"]),
    "top-week": Order(gettext_lazy("Top of the week"), "?sort=top&period=week", TOPS["week"], "week"),
}


def catalogue_feed(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Answer with the whole catalogue in an order; what is at the top moves, what came in stays dated by its arrival.

    Raises:
        Http404: there is no such order.
        BadCursor: as for every feed here that has pages.
    """
    order = ORDERS.get(name)
    if order is None:
        raise Http404
    papers = Paper.objects.visible_to(request.user).upvoted_within(order.period)
    own, page = reverse("papers:catalogue_feed", args=[name, form]), reverse("papers:front") + order.query
    title = _("%(site)s: %(order)s") % {"site": settings.SITE_NAME, "order": order.label}
    feed = Feed(title=title, name=f"catalogue/{name}", page=page, own=own, **_page(request, papers, order.columns))
    return answer_feed(request, feed, form)


def author_feed(request: HttpRequest, author: Author, names: Iterable[Author], form: str) -> HttpResponseBase:
    """Answer with an author's papers, under all names, as they come into the catalogue."""
    papers = Paper.objects.visible_to(request.user).by_authors(list(names))
    own, page = reverse("papers:author_feed", args=[author.pk, form]), author.get_absolute_url()
    feed = Feed(title=author.name, name=f"author/{author.pk}", page=page, own=own, **_page(request, papers, COLUMNS["new"]))
    return answer_feed(request, feed, form)


def category_feed(request: HttpRequest, category: Category, form: str) -> HttpResponseBase:
    """Answer with the papers of a category, as they come into the catalogue."""
    papers = Paper.objects.visible_to(request.user).in_category(category)
    page = f"{reverse('papers:front')}?{urlencode({'sort': 'new', 'category': category.slug})}"
    own = reverse("papers:category_feed", args=[category.slug, form])
    feed = Feed(title=str(category), name=f"category/{category.pk}", page=page, own=own, **_page(request, papers, COLUMNS["new"]))
    return answer_feed(request, feed, form)


def _page(request: HttpRequest, papers: PaperQuerySet, order: tuple[str, ...]) -> dict[str, Any]:
    """The entries and the next cursor of the page that is asked for."""
    columns = [column.removeprefix("-") for column in order]
    chosen = papers.with_stats() if order != COLUMNS["new"] else papers
    page = keyset_page(chosen.only("first_seen_at", *columns), order, request.GET.get("after", ""), LENGTH)
    entries = [Entry(paper.pk, paper.first_seen_at) for paper in page.items]
    return {"entries": entries, "next_cursor": page.next_cursor}
