"""/imports/: files of papers, and what became of each."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.sparse import Sparse
from accounts.models import Scope
from papers.actions.importing import TooLarge, TooManyFiles, bring_in, drop_import, start_import
from papers.formats.reading import FORMATS
from papers.models import PaperImport, ReadingList
from papers.models.paper_import import PaperImportQuerySet

REJECTIONS_SHOWN = 1_000


class ImportSerializer(Sparse, serializers.ModelSerializer[PaperImport]):
    """How a file stands. Of the counts, `new` and `known` are of papers told in full, `named` of mere ids that are not here."""

    list = serializers.CharField(source="list_name", read_only=True, help_text="The list that it goes into, as owner/slug, or empty.")

    class Meta:
        model = PaperImport
        fields = ["id", "name", "form", "size", "state", "is_wanted", "new_count", "known_count", "named_count", "rejected_count"]
        fields += ["noted_count", "tagged_count", "added_count", "asked_count", "listed_count", "list", "problem", "created_at", "ended_at"]
        read_only_fields = fields


class OneImportSerializer(ImportSerializer):
    """With the entries that were not understood, the first thousand of them."""

    rejections = serializers.SerializerMethodField()

    class Meta(ImportSerializer.Meta):
        fields = [*ImportSerializer.Meta.fields, "rejections"]

    def get_rejections(self, found: PaperImport) -> list[str]:
        return [str(each) for each in found.rejections.order_by("pk")[:REJECTIONS_SHOWN]]


class ListNameField(serializers.CharField):
    """owner/slug of a list that the reader may change."""

    default_error_messages = {"unknown": "There is no list “{name}” that you may change."}

    def to_internal_value(self, data: Any) -> ReadingList:  # type: ignore[override]
        name = serializers.CharField().run_validation(data)  # a NUL, which cannot be looked up, is refused first
        owner, _slash, slug = name.partition("/")
        found = ReadingList.objects.editable_by(self.context["request"].user).at(owner, slug).first()
        if found is None:
            self.fail("unknown", name=name)
        return found


class NewImportSerializer(serializers.Serializer[Any]):
    """A file, or its text. With `preview` it is only looked at, until `is_wanted` is set."""

    file = serializers.FileField(required=False)
    text = serializers.CharField(required=False, trim_whitespace=False, max_length=2_000_000)
    name = serializers.CharField(required=False, max_length=200)
    form = serializers.ChoiceField(FORMATS, required=False, help_text="told by what is in the file if left out")
    preview = serializers.BooleanField(default=False)
    list = ListNameField(required=False, source="into")
    new_list = serializers.CharField(required=False, max_length=120, help_text="The title of a list of yours that is made for it.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("file" in given) == ("text" in given):
            raise ValidationError({"file": ["Send either file or text."]})
        return given


class DecisionSerializer(serializers.Serializer[Any]):
    is_wanted = serializers.BooleanField()
    list = ListNameField(required=False, source="into")
    new_list = serializers.CharField(required=False, max_length=120)


class ImportsView(ListAPIView[PaperImport]):
    serializer_class = ImportSerializer
    pagination_class = KeysetPagination
    parser_classes = [JSONParser, MultiPartParser]
    read_scope = write_scope = Scope.PAPERS_WRITE

    def get_queryset(self) -> PaperImportQuerySet:
        return PaperImport.objects.of_reader(reader_of(self.request)).select_related("reading_list__owner")

    def keyset_order(self) -> Sequence[str]:
        return ("-pk",)

    @extend_schema(operation_id="imports")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The files that you brought, the newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="import_file", request=NewImportSerializer, responses={202: ImportSerializer})
    def post(self, request: Request) -> Response:
        """Bring a file of papers; it is read in the background. Papers that are here stay as they are."""
        asked = NewImportSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        file = given.get("file")
        name = given.get("name") or (file.name if file else "text")
        pieces = file.chunks() if file else [given["text"].encode()]
        try:
            made = start_import(
                user=reader_of(request),
                name=name,
                pieces=pieces,
                form=given.get("form", ""),
                is_wanted=not given["preview"],
                into=given.get("into"),
                new_list=given.get("new_list", ""),
            )
        except TooLarge as refused:
            raise ValidationError({"file": [str(refused)]}) from refused
        except TooManyFiles as refused:
            raise Throttled(wait=3_600, detail=str(refused)) from refused
        return Response(ImportSerializer(made).data, status=status.HTTP_202_ACCEPTED)


class ImportView(APIView):
    read_scope = write_scope = Scope.PAPERS_WRITE

    @extend_schema(operation_id="import", responses=OneImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How a file stands, and what of it was not understood."""
        return Response(OneImportSerializer(self._mine(request, pk), context={"request": request}).data)

    @extend_schema(operation_id="decide_import", request=DecisionSerializer, responses=OneImportSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Have a file brought in that waits for your word."""
        decision = DecisionSerializer(data=request.data, context={"request": request})
        decision.is_valid(raise_exception=True)
        if decision.validated_data["is_wanted"]:
            given = decision.validated_data
            bring_in(paper_import=self._mine(request, pk), into=given.get("into"), new_list=given.get("new_list", ""))
        return self.get(request, pk)

    @extend_schema(operation_id="drop_import", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Drop a file and its report; papers that came in with it stay."""
        drop_import(paper_import=self._mine(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _mine(self, request: Request, pk: int) -> PaperImport:
        return get_object_or_404(PaperImport.objects.of_reader(reader_of(request)), pk=pk)
