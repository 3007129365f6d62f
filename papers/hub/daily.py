"""GET /api/daily_papers: what came into this catalogue, all of it or within a day, a week or a month (UTC)."""

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parameters import choice, whole_number
from accounts.models import Namespace, Scope
from papers.hub.answers import HubView, warning
from papers.hub.papers import MOST_PAPERS, entry, for_hub, savings
from papers.models import Paper
from papers.models.paper import ORDERS, PaperQuerySet
from papers.search.similar import in_order
from papers.spans import Span, read_span

DEEPEST = 10_000  # papers: a page by number is counted off from the first one, so nobody may ask for the millionth
SORTS = {"publishedAt": ORDERS["new"], "trending": ORDERS["hot"]}
SPANS = {"date": ("day", "2026-11-24"), "week": ("week", "2026-W48"), "month": ("month", "2026-11")}


class DailyPapersView(HubView):
    public_read, read_scope = True, Scope.PAPERS_READ

    def get(self, request: Request) -> Response:
        """One page of papers, `p` counted from 0; there is nothing on pages beyond the last one, or beyond the ten thousandth paper."""
        number = whole_number(request, "p", usual=0, least=0, most=10**12)
        size = whole_number(request, "limit", usual=50, most=MOST_PAPERS)
        order = SORTS[choice(request, "sort", usual="publishedAt", choices=tuple(SORTS))]
        papers, start = self._wanted(request), number * size
        if start >= DEEPEST:
            return Response([], headers=warning("pages", _("Pages end at paper %(n)d; narrow them by date.") % {"n": DEEPEST}))
        keys = list(papers.order_by(*order).values_list("pk", flat=True)[start : start + size])
        return Response([entry(paper) for paper in in_order(for_hub(Paper.objects.visible_to(request.user), request), keys)])

    def _wanted(self, request: Request) -> PaperQuerySet:
        papers = Paper.objects.visible_to(request.user).with_stats().select_related(None)
        for name in SPANS.keys() & request.query_params.keys():
            span = _span(request, name)
            papers = papers.seen_within(span.start, span.end)
        if submitter := request.query_params.get("submitter"):
            papers = _first_saved_by(papers, submitter, request)
        return papers


def _span(request: Request, name: str) -> Span:
    kind, example = SPANS[name]
    span = read_span(request.query_params[name])
    if span is None or span.kind != kind:
        raise ValidationError({name: [_("Give it as %(example)s.") % {"example": example}]})
    return span


def _first_saved_by(papers: PaperQuerySet, name: str, request: Request) -> PaperQuerySet:
    """Papers that a person put into a list before anybody else did, as far as this reader may see the lists."""
    holder = Namespace.objects.called(name).filter(user__isnull=False).first()
    if holder is None:
        return papers.none()
    saved = savings(request)
    first = saved.filter(paper=OuterRef("pk")).order_by("added_at", "pk").values("added_by")[:1]
    theirs = papers.filter(pk__in=saved.filter(added_by=holder.user_id).values("paper"))
    return theirs.annotate(first_saver=Subquery(first)).filter(first_saver=holder.user_id)
