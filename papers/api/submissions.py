"""/submissions/: papers brought in by their ids, and what became of each."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.problems import Problem
from accounts.api.sparse import Sparse
from accounts.models import Scope
from papers.actions.submitting import AlreadyHere, NoIdentifier, TooMany, submit_paper
from papers.models import Submission
from papers.models.source import SubmissionQuerySet


class SubmissionSerializer(Sparse, serializers.ModelSerializer[Submission]):
    """`paper` is any spelling of an arXiv id or DOI; in an answer, `paper_slug` names what was found."""

    paper = serializers.CharField(max_length=500, write_only=True)
    paper_slug: Any = serializers.SlugRelatedField(source="paper", slug_field="slug", read_only=True)

    class Meta:
        model = Submission
        fields = ["id", "paper", "identifier", "state", "paper_slug", "code_url", "project_url", "problem", "created_at"]
        read_only_fields = ["identifier", "state", "problem", "created_at"]


class SubmissionsView(ListAPIView[Submission]):
    serializer_class = SubmissionSerializer
    pagination_class = KeysetPagination
    read_scope = write_scope = Scope.PAPERS_WRITE  # what somebody brought in is nobody else's, a team's key's neither

    def get_queryset(self) -> SubmissionQuerySet:
        return Submission.objects.of_reader(reader_of(self.request))

    def keyset_order(self) -> Sequence[str]:
        return ("-pk",)

    @extend_schema(operation_id="submissions")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What you brought in, the newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="submit_paper", request=SubmissionSerializer, responses={202: SubmissionSerializer})
    def post(self, request: Request) -> Response:
        """Bring in a paper. It is looked up in the background; one that is here already is 409, with its `slug`."""
        asked = SubmissionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        text = asked.validated_data.pop("paper")
        try:
            made = submit_paper(user=reader_of(request), text=text, **asked.validated_data)
        except AlreadyHere as here:
            url = request.build_absolute_uri(here.paper.get_absolute_url())
            raise Problem(str(here), status=409, slug=here.paper.slug, url=url) from here
        except NoIdentifier as refused:
            raise ValidationError({"paper": [str(refused)]}) from refused
        except TooMany as refused:
            raise Throttled(wait=3_600, detail=str(refused)) from refused
        return Response(SubmissionSerializer(made).data, status=status.HTTP_202_ACCEPTED)


class SubmissionView(APIView):
    read_scope = Scope.PAPERS_WRITE

    @extend_schema(operation_id="submission", responses=SubmissionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What became of one."""
        mine = get_object_or_404(Submission.objects.of_reader(reader_of(request)), pk=pk)
        return Response(SubmissionSerializer(mine, context={"request": request}).data)
