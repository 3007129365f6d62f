"""/papers/: the catalogue, one paper by any of its names, and the reader's vote."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.models import Scope
from papers.actions.voting import cast_vote, withdraw_vote
from papers.api.serializers import PaperCardSerializer, PaperSerializer, VoteSerializer
from papers.models import Paper
from papers.models.paper import ORDERS, PaperQuerySet


class PaperListView(ListAPIView[Paper]):
    serializer_class = PaperCardSerializer
    pagination_class = KeysetPagination
    public_read, read_scope = True, Scope.PAPERS_READ

    def get_queryset(self) -> PaperQuerySet:
        papers = Paper.objects.visible_to(self.request.user)
        if category := self.request.query_params.get("category"):
            papers = papers.in_category(category)
        return papers.for_cards(self.request.user)

    def keyset_order(self) -> Sequence[str]:
        order = self.request.query_params.get("order", "hot")
        if order not in ORDERS:
            raise ValidationError({"order": [_("Choose one of %(orders)s.") % {"orders": ", ".join(ORDERS)}]})
        return ORDERS[order]

    @extend_schema(
        operation_id="papers",
        parameters=[
            OpenApiParameter("order", enum=list(ORDERS), default="hot", description="hot, new in this catalogue, or top of all time"),
            OpenApiParameter("category", description="Only papers of this category, such as cs.CL."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The catalogue, page by page."""
        return super().get(request, *args, **kwargs)


class PaperView(RetrieveAPIView[Paper]):
    serializer_class = PaperSerializer
    queryset = Paper.objects.none()
    public_read, read_scope = True, Scope.PAPERS_READ

    def get_object(self) -> Paper:
        papers = Paper.objects.visible_to(self.request.user).for_page(self.request.user)
        return get_object_or_404(papers.called(self.kwargs["name"]))

    @extend_schema(operation_id="paper")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One paper, by its slug, or by an arXiv id or DOI in any spelling."""
        return super().get(request, *args, **kwargs)


class VoteView(APIView):
    write_scope = Scope.VOTES_WRITE

    @extend_schema(operation_id="vote", request=None, responses=VoteSerializer)
    def put(self, request: Request, name: str) -> Response:
        """Upvote a paper. Doing it twice is doing it once."""
        paper = self._paper(name)
        cast_vote(user=reader_of(request), paper=paper)
        return self._answer(paper, voted=True)

    @extend_schema(operation_id="withdraw_vote", responses={200: VoteSerializer})
    def delete(self, request: Request, name: str) -> Response:
        """Take the upvote back, if there is one."""
        paper = self._paper(name)
        withdraw_vote(user=reader_of(request), paper=paper)
        return self._answer(paper, voted=False)

    def _paper(self, name: str) -> Paper:
        return get_object_or_404(Paper.objects.visible_to(self.request.user).with_stats().called(name))

    def _answer(self, paper: Paper, *, voted: bool) -> Response:
        paper.stats.refresh_from_db(fields=["vote_count"])
        return Response(VoteSerializer({"votes": paper.stats.vote_count, "voted": voted}).data)
