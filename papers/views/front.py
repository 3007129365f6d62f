"""The front page: the catalogue in three orders, whole or of one subject."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.views.access import Request
from papers.models import Category, Paper, ReadingList
from papers.models.paper import ORDERS

CARDS_ON_A_PAGE = 25
LISTS_BESIDE = 6
TABS = {"hot": _("Trending"), "new": _("New"), "top": _("Top")}


@require_safe
def front(request: Request) -> HttpResponse:
    sort = request.GET.get("sort", "hot")
    subject = request.GET.get("category", "")
    context = {
        "sort": sort,
        "tabs": TABS,
        "page": _page(request, sort, subject),
        "subject": get_object_or_404(Category, slug=subject) if subject else None,
        "subjects": Category.objects.all(),
        "my_lists": ReadingList.objects.of_reader(request.user).for_cards().recent()[:LISTS_BESIDE],
    }
    return render(request, "papers/front.html", context)


def _page(request: Request, sort: str, subject: str) -> KeysetPage:
    papers = Paper.objects.visible_to(request.user).without_dismissed(request.user).for_cards(request.user)
    if subject:
        papers = papers.in_category(subject)
    try:
        return keyset_page(papers, ORDERS[sort], request.GET.get("after", ""), CARDS_ON_A_PAGE)
    except (BadCursor, KeyError) as problem:
        raise Http404 from problem
