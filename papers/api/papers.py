"""/papers/: the catalogue, one paper by any of its names, and the reader's vote."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.markdown import RENDERERS, Told, also_in_markdown
from accounts.api.pagination import KeysetPagination
from accounts.api.parameters import choice
from accounts.api.permissions import reader_of
from accounts.api.schema import FIELDS
from accounts.models import Scope
from papers.actions.voting import cast_vote, withdraw_vote
from papers.api.cards import for_answer
from papers.api.serializers import (
    PaperCardSerializer,
    PaperSerializer,
    RisingPapersSerializer,
    RisingSerializer,
    VoterSerializer,
    VotersSerializer,
    VoteSerializer,
)
from papers.models import Category, Paper
from papers.models.paper import ORDERS, TOPS, PaperQuerySet
from papers.search.rising import fields_of, rising_in
from papers.search.similar import in_order

VOTERS_NAMED = 100


class PaperListView(ListAPIView[Paper]):
    serializer_class = PaperCardSerializer
    pagination_class = KeysetPagination
    public_read, read_scope = True, Scope.PAPERS_READ

    def get_queryset(self) -> PaperQuerySet:
        papers = Paper.objects.visible_to(self.request.user)
        if category := self.request.query_params.get("category"):
            papers = papers.in_category(Category.objects.filter(slug=category).first())
        if self._order() == "top":
            papers = papers.upvoted_within(self._period())
        return for_answer(papers, self.request)

    def keyset_order(self) -> Sequence[str]:
        return TOPS[self._period()] if self._order() == "top" else ORDERS[self._order()]

    def _order(self) -> str:
        return choice(self.request, "order", usual="hot", choices=ORDERS)

    def _period(self) -> str:
        return choice(self.request, "period", usual="all", choices=TOPS)

    @extend_schema(
        operation_id="papers",
        parameters=[
            OpenApiParameter("order", enum=list(ORDERS), default="hot", description="hot, new in this catalogue, or most upvoted"),
            OpenApiParameter("period", enum=list(TOPS), default="all", description="For the top: upvotes of how long back count."),
            OpenApiParameter("category", description="Only papers of this category, such as cs.CL."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The catalogue, page by page."""
        return super().get(request, *args, **kwargs)


class PaperView(RetrieveAPIView[Paper]):
    serializer_class = PaperSerializer
    renderer_classes = RENDERERS
    queryset = Paper.objects.none()
    public_read, read_scope = True, Scope.PAPERS_READ

    def get_object(self) -> Paper:
        papers = Paper.objects.visible_to(self.request.user).for_page(self.request.user)
        return get_object_or_404(papers.called(self.kwargs["name"]))

    @extend_schema(operation_id="paper", responses=also_in_markdown(PaperSerializer))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One paper, by its slug, or by an arXiv id or DOI in any spelling."""
        paper = self.get_object()
        return Told(self.get_serializer(paper).data, template="papers/paper.md", rows={"paper": paper})


class RisingView(APIView):
    read_scope = Scope.READING_READ

    @extend_schema(operation_id="rising", parameters=[FIELDS], responses=RisingPapersSerializer)
    def get(self, request: Request) -> Response:
        """What is rising in your fields: the first of each, then the second of each, by the upvotes of seven days."""
        reader = reader_of(request)
        placed = {row.paper: row for row in rising_in(fields_of(reader))}
        papers = in_order(for_answer(Paper.objects.visible_to(reader).without_dismissed(reader), request), list(placed))
        rows = [{"paper": paper, "field": placed[paper.pk].field, "place": placed[paper.pk].place} for paper in papers]
        return Response({"results": RisingSerializer(rows, many=True, context={"request": request}).data})


class VoteView(APIView):
    read_scope, write_scope = Scope.PAPERS_READ, Scope.VOTES_WRITE

    @extend_schema(operation_id="voters", responses=VotersSerializer)
    def get(self, request: Request, name: str) -> Response:
        """How many upvoted a paper, and the names of those who allow it, the latest first."""
        paper = self._paper(name)
        voters = [vote.user for vote in paper.votes.named_to(request.user)[:VOTERS_NAMED]]
        counts = {"votes": paper.stats.vote_count, "others": paper.stats.vote_count - len(voters)}
        return Response(counts | {"voters": VoterSerializer(voters, many=True).data})  # type: ignore[arg-type]

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
