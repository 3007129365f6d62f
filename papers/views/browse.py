"""Ways into the catalogue beside searching: subjects, weeks, months and days, and authors."""

from itertools import groupby

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.keyset import BadCursor, keyset_page
from accounts.views.access import ReaderRequest, Request, reader_required
from papers import subjects
from papers.actions.claiming import claim_author
from papers.models import Author, AuthorClaim, Authorship, Category, Paper
from papers.models.paper import AS_IT_WAS, ORDERS
from papers.spans import Span, read_span, span_of
from papers.views.follows import follow_button
from papers.views.front import CARDS_ON_A_PAGE, TABS

WEEKS_SHOWN, MONTHS_SHOWN = 12, 24
PAPERS_OF_AN_AUTHOR = 100


@require_safe
def browse(request: Request) -> HttpResponse:
    """All subjects of the catalogue by archive, and the latest weeks and months."""
    by_archive = groupby(Category.objects.order_by("slug"), key=lambda category: category.slug.partition(".")[0])
    archives = [(subjects.GROUPS.get(name) or subjects.NAMES.get(name, name), list(categories)) for name, categories in by_archive]
    weeks, months = _latest("week", WEEKS_SHOWN), _latest("month", MONTHS_SHOWN)
    return render(request, "papers/browse.html", {"archives": archives, "weeks": weeks, "months": months})


@require_safe
def archive(request: Request, key: str) -> HttpResponse:
    """The papers that came in within a week, a month or a day."""
    span, sort, subject = read_span(key), request.GET.get("sort", "top"), request.GET.get("category", "")
    if span is None or sort not in {"top", "new"}:
        raise Http404
    papers = Paper.objects.visible_to(request.user).for_cards(request.user).seen_within(span.start, span.end)
    found = get_object_or_404(Category, slug=subject) if subject else None
    if found:
        papers = papers.in_category(found)
    try:
        page = keyset_page(
            papers, AS_IT_WAS if sort == "top" and span.kind == "week" else ORDERS[sort], request.GET.get("after", ""), CARDS_ON_A_PAGE
        )
    except BadCursor as problem:
        raise Http404 from problem
    context = {
        "span": span,
        "sort": sort,
        "tabs": {name: TABS[name] for name in ("top", "new")},
        "subject": found,
        "page": page,
        "is_over": span.end <= timezone.now(),
    }
    return render(request, "papers/archive.html", context)


@require_safe
def author(request: Request, pk: int) -> HttpResponse:
    """An author's papers, the latest first, under all names that are known to be the same person's."""
    found = get_object_or_404(Author, pk=pk)
    claim = AuthorClaim.objects.accepted().filter(author=found).select_related("user__namespace").first()
    names = Author.objects.of_person(found, claim)
    papers = Paper.objects.visible_to(request.user).for_cards(request.user).by_authors(names)
    latest = papers.order_by(F("published_on").desc(nulls_last=True), "-pk")
    people = Authorship.objects.people_called(found)
    certain = [name for _orcid, _count, others in people for name in others]
    mine = AuthorClaim.objects.filter(author=found, user=request.user).first() if request.user.is_authenticated else None
    context = {
        "author": found,
        "claim": claim,
        "mine": mine,
        "people": people,
        "names": [name for name in names if name.pk != found.pk],
        "alike": Author.objects.alike(found).exclude(pk__in=[name.pk for name in (*names, *certain)])[:10],
        "follow": follow_button(request, found),
        "papers": latest[:PAPERS_OF_AN_AUTHOR],
    }
    return render(request, "papers/author.html", context)


@require_POST
@reader_required
def claim(request: ReaderRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Author, pk=pk)
    try:
        claim_author(user=request.user, author=found, words=request.POST.get("words", "").strip())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. Whoever runs this site looks at it, and you are told."))
    return redirect("papers:author", pk)


def _latest(kind: str, count: int) -> list[Span]:
    spans = [span_of(kind, timezone.now().date())]
    while len(spans) < count:
        spans.append(spans[-1].before)
    return spans
