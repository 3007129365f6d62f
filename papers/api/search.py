"""/search/: the same search as on the web, and papers about the same thing as one."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.pagination import paged
from accounts.api.permissions import allows
from accounts.api.schema import FIELDS
from accounts.models import Scope
from papers.api.cards import for_answer
from papers.api.serializers import PaperCardSerializer
from papers.models import Paper
from papers.search import search
from papers.search.facets import facets
from papers.search.similar import in_order, similar_papers

PAGE, LONGEST = 25, 500
FACET = inline_serializer(
    "Facet",
    {
        "filter": serializers.CharField(help_text="What to add to the search."),
        "label": serializers.CharField(),
        "count": serializers.IntegerField(help_text="How many of the ranked papers it leaves."),
    },
    many=True,
)
FOUND = inline_serializer(
    "Found",
    {
        "count": serializers.IntegerField(help_text="How many papers were ranked."),
        "is_capped": serializers.BooleanField(help_text="Whether there are more than were ranked."),
        "spelled": serializers.CharField(help_text="The words searched for instead of misspelt ones, or empty."),
        "problems": serializers.ListField(child=serializers.CharField(), help_text="Filters that could not be understood."),
        "facets": serializers.DictField(child=FACET, help_text="By kind: categories, years, sources, has, lists, teams, team_lists."),
        "next": serializers.URLField(allow_null=True),
        "results": PaperCardSerializer(many=True),
    },
)


class SearchView(APIView):
    public_read, read_scope = True, Scope.PAPERS_READ

    @extend_schema(
        operation_id="search",
        parameters=[OpenApiParameter("q", required=True, description="As in the search box."), OpenApiParameter("start", int), FIELDS],
        responses=FOUND,
    )
    def get(self, request: Request) -> Response:
        """Find papers by words and by meaning, best first; each result is a paper as in the catalogue."""
        text, start = request.query_params.get("q", "").strip(), request.query_params.get("start", "0")
        if not text or len(text) > LONGEST:
            raise ValidationError({"q": [_("Give what to search for, in at most %(n)d characters.") % {"n": LONGEST}]})
        if not (start.isascii() and start.isdigit() and len(start) < 6):
            raise ValidationError({"start": [_("Take it from the “next” link of the page before.")]})
        found = search(text, request.user)
        keys = [found.paper.pk] if found.paper else found.keys
        more = int(start) + PAGE
        next_link = replace_query_param(request.build_absolute_uri(), "start", more) if more < len(keys) else None
        about = {"count": len(keys), "is_capped": found.is_capped, "spelled": found.spelled, "problems": found.problems}
        about["facets"] = _facets(request, keys)
        return paged(next_link, {**about, "next": next_link, "results": _cards(request, keys[int(start) : more])})


class SimilarView(APIView):
    public_read, read_scope = True, Scope.PAPERS_READ

    @extend_schema(operation_id="similar_papers", responses=PaperCardSerializer(many=True))
    def get(self, request: Request, name: str) -> Response:
        """The papers whose title and abstract mean most nearly the same."""
        paper = get_object_or_404(Paper.objects.visible_to(request.user).called(name))
        return Response(_cards(request, similar_papers(paper, request.user, most=10)))


def _facets(request: Request, keys: list[int]) -> dict[str, list[dict[str, Any]]]:
    """A token that may not read lists is not told of them."""
    reader = request.user if allows(request, Scope.LISTS_READ) else AnonymousUser()
    counted = facets(keys, reader)
    return {kind: [{"filter": each, "label": label, "count": n} for each, label, n in found] for kind, found in counted.items()}


def _cards(request: Request, keys: list[int]) -> Any:
    papers = in_order(for_answer(Paper.objects.visible_to(request.user), request), keys)
    return PaperCardSerializer(papers, many=True, context={"request": request}).data
