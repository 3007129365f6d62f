"""The front page: the catalogue in several orders, whole or of one subject."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe

from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.models import HouseRules, User
from accounts.views.access import Request
from papers.models import Category, Paper, ReadingList
from papers.models.paper import ORDERS, TOPS
from papers.search.rising import fields_of, rising_in
from papers.search.similar import in_order
from papers.views.follows import category_button

CARDS_ON_A_PAGE = 25
LISTS_BESIDE = 6
TABS = {"hot": _("Trending"), "new": _("New"), "top": _("Top")}
RISING = {"rising": _("Rising in my fields")}
WITHIN = {
    "day": ngettext_lazy("%(n)d upvote within 24 hours", "%(n)d upvotes within 24 hours", "n"),
    "week": ngettext_lazy("%(n)d upvote within 7 days", "%(n)d upvotes within 7 days", "n"),
    "month": ngettext_lazy("%(n)d upvote within 30 days", "%(n)d upvotes within 30 days", "n"),
    "year": ngettext_lazy("%(n)d upvote within a year", "%(n)d upvotes within a year", "n"),
}
FEEDS = {("hot", "all"): "trending", ("new", "all"): "new", ("top", "week"): "top-week"}  # of which orders there are feeds
PERIODS = {"day": _("24 hours"), "week": _("7 days"), "month": _("30 days"), "year": _("A year"), "all": _("All time")}


@require_safe
def front(request: Request) -> HttpResponse:
    sort, period = request.GET.get("sort", "hot"), request.GET.get("period", "all")
    subject = request.GET.get("category", "")
    reader = request.user if isinstance(request.user, User) else None
    found = get_object_or_404(Category, slug=subject) if subject else None
    context = {
        "sort": sort,
        "period": period,
        "periods": PERIODS,
        "tabs": TABS | RISING if request.user.is_authenticated else TABS,
        "page": _rising(request, reader, subject) if reader and sort == "rising" else _page(request, sort, period, found),
        "subject": found,
        "feed": FEEDS.get((sort, period)) if found is None else None,
        "follow": category_button(request, found) if found else None,
        "subjects": Category.objects.all(),
        "may_subscribe": reader is None and HouseRules.current().let_visitors_have_mail,
        "my_lists": ReadingList.objects.of_reader(request.user).for_cards().recent()[:LISTS_BESIDE],
    }
    return render(request, "papers/front.html", context)


def _page(request: Request, sort: str, period: str, subject: Category | None) -> KeysetPage:
    papers = Paper.objects.visible_to(request.user).without_dismissed(request.user).for_cards(request.user)
    if subject:
        papers = papers.in_category(subject)
    try:
        order = TOPS[period] if sort == "top" else ORDERS[sort]
        if sort == "top":
            papers = papers.upvoted_within(period)
        page = keyset_page(papers, order, request.GET.get("after", ""), CARDS_ON_A_PAGE)
    except (BadCursor, KeyError) as problem:
        raise Http404 from problem
    if sort == "top" and period != "all":
        for paper in page.items:
            paper.because = WITHIN[period] % {"n": getattr(paper.stats, f"{period}_votes")}
    return page


def _rising(request: Request, user: User, subject: str) -> KeysetPage:
    """One page, and no more: what would come after it is not rising much."""
    fields = list(Category.objects.filter(slug=subject)) if subject else fields_of(user)
    placed = {row.paper: row for row in rising_in(fields)}
    papers = Paper.objects.visible_to(user).without_dismissed(user).for_cards(user)
    found = in_order(papers, list(placed))
    for paper in found:
        row, votes = placed[paper.pk], WITHIN["week"] % {"n": paper.stats.week_votes}
        paper.because = _("No. %(place)d of %(field)s: %(votes)s") % {"place": row.place, "field": row.field, "votes": votes}
    return KeysetPage(items=found, next_cursor="")
