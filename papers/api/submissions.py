"""/submissions/: papers brought in by their ids, and what became of each."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, Throttled, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.tokens import require_scopes
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of, token_of
from accounts.api.problems import Problem
from accounts.api.sparse import Sparse
from accounts.models import Scope
from papers.actions.submitting import AlreadyHere, NoIdentifier, TooMany, submit_paper
from papers.models import ReadingList, Submission
from papers.models.source import SubmissionQuerySet


class SubmissionSerializer(Sparse, serializers.ModelSerializer[Submission]):
    """`paper` is any spelling of an arXiv id, DOI or PubMed ID; in an answer, `paper_slug` names what was found.

    `list`, such as “alice/shelf”, is where it goes as soon as it is here.
    """

    paper = serializers.CharField(max_length=500, write_only=True)
    list = serializers.CharField(max_length=200, write_only=True, required=False)
    paper_slug: Any = serializers.SlugRelatedField(source="paper", slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Submission
        fields = ["id", "paper", "list", "identifier", "state", "paper_slug", "code_url", "project_url", "problem", "created_at"]
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
        """Bring in a paper. It is looked up in the background; one that is here already is 409, with its `slug`.

        A `list` needs `lists:write`, too. A paper that is here already does not go into it: put it there by its `slug`.
        """
        asked = SubmissionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        text, name = asked.validated_data.pop("paper"), asked.validated_data.pop("list", "")
        reading_list = _list_called(request, name) if name else None
        try:
            made = submit_paper(user=reader_of(request), text=text, reading_list=reading_list, **asked.validated_data)
        except AlreadyHere as here:
            url = request.build_absolute_uri(here.paper.get_absolute_url())
            raise Problem(str(here), status=409, slug=here.paper.slug, url=url) from here
        except NoIdentifier as refused:
            raise ValidationError({"paper": [str(refused)]}) from refused
        except TooMany as refused:
            raise Throttled(wait=3_600, detail=str(refused)) from refused
        return Response(SubmissionSerializer(made).data, status=status.HTTP_202_ACCEPTED)


def _list_called(request: Request, name: str) -> ReadingList:
    """The list that a program names by its owner and slug, to which it may add.

    Raises:
        ValidationError: there is no such list to be seen.
        PermissionDenied: it is not the reader's to add to, or the token's.
    """
    require_scopes(token_of(request), Scope.LISTS_WRITE)
    owner, _slash, slug = name.partition("/")
    reading_list = ReadingList.objects.visible_to(request.user).at(owner, slug).first()
    if not reading_list:
        raise ValidationError({"list": [_("You have no list “%(name)s”. Name it by its owner and address: alice/shelf.") % {"name": name}]})
    if not ReadingList.objects.addable_by(request.user).contains(reading_list):
        raise PermissionDenied(_("You may read this list but not add to it."))
    return reading_list


class SubmissionView(APIView):
    read_scope = Scope.PAPERS_WRITE

    @extend_schema(operation_id="submission", responses=SubmissionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What became of one."""
        mine = get_object_or_404(Submission.objects.of_reader(reader_of(request)), pk=pk)
        return Response(SubmissionSerializer(mine, context={"request": request}).data)
