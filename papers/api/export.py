"""The same files as on the web: a list, what a search found, papers that were chosen."""

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.keyset import BadCursor
from accounts.models import Scope
from papers.downloads import keys_called, list_download, papers_download
from papers.feeds import list_feed
from papers.formats.bibliography import STYLES
from papers.formats.feeds import FORMS as FEEDS
from papers.formats.writing import FORMS, USUAL_STYLE
from papers.models import Paper, ReadingList
from papers.search import search

LONGEST = 500
STYLE = OpenApiParameter("style", enum=list(STYLES), default=USUAL_STYLE, description="How a bibliography (txt) looks.")
FORM = OpenApiParameter("form", location=OpenApiParameter.PATH, enum=[*FORMS, *FEEDS])
AFTER = OpenApiParameter("after", description="For feeds: goes on where a page ended; the feed tells the address.")
PAPERS_FORM = OpenApiParameter("form", location=OpenApiParameter.PATH, enum=list(FORMS))
SLUG = OpenApiParameter("slug", location=OpenApiParameter.PATH, pattern="^[-a-zA-Z0-9_]+$")
FILE = {(200, form.content_type): OpenApiTypes.STR for form in FORMS.values()}
FEED = {(200, form.content_type): OpenApiTypes.STR for form in FEEDS.values()}


class ListFileView(APIView):
    public_read, read_scope = True, Scope.LISTS_READ

    @extend_schema(operation_id="list_file", parameters=[SLUG, FORM, STYLE, AFTER], responses=FILE | FEED)
    def get(self, request: Request, owner: str, slug: str, form: str) -> HttpResponseBase:
        """A list as a file, with notes, tags and citation keys that stay, or a feed of what came last; `If-None-Match` costs one query."""
        reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).for_cards().at(owner, slug))
        return self._feed(request, reading_list, form) if form in FEEDS else list_download(request, reading_list, form)

    def _feed(self, request: Request, reading_list: ReadingList, form: str) -> HttpResponseBase:
        own = settings.SITE_URL + reverse("api:list_feed", args=[reading_list.owner.name, reading_list.slug, form])
        try:
            return list_feed(request, reading_list, form, page=settings.SITE_URL + reading_list.get_absolute_url(), own=own)
        except BadCursor as problem:
            raise NotFound from problem


class SearchFileView(APIView):
    public_read, read_scope = True, Scope.PAPERS_READ

    @extend_schema(operation_id="search_file", parameters=[PAPERS_FORM, STYLE, OpenApiParameter("q", required=True)], responses=FILE)
    def get(self, request: Request, form: str) -> HttpResponseBase:
        """What a search finds as a file, the best first."""
        found = search(request.query_params.get("q", "").strip()[:LONGEST], request.user)
        keys = [found.paper.pk] if found.paper else found.keys
        return papers_download(request, Paper.objects.visible_to(request.user), keys, form, name="search")


class PapersFileView(APIView):
    public_read, read_scope = True, Scope.PAPERS_READ

    @extend_schema(
        operation_id="papers_file",
        parameters=[PAPERS_FORM, STYLE, OpenApiParameter("paper", required=True, many=True, description="A slug, arXiv id or DOI.")],
        responses=FILE,
    )
    def get(self, request: Request, form: str) -> HttpResponseBase:
        """Papers that were chosen as a file, in the order of their names; one that is not here is 404."""
        papers = Paper.objects.visible_to(request.user)
        keys = keys_called(papers, request.query_params.getlist("paper"))
        return papers_download(request, papers, keys, form, name="papers")
