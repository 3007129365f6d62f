"""/papers/{name}/state/ and /me/reading/: what the reader has read, reads, wants to read, or does not want."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.sparse import Sparse
from accounts.models import Scope
from papers.actions.reading import clear_state, clear_states, mark_list_read, set_state, set_states
from papers.api.cards import for_answer
from papers.api.serializers import PaperCardSerializer
from papers.models import Paper, ReadingList, ReadingState, State
from papers.models.reading_state import ReadingStateQuerySet

MOST_AT_ONCE = 500


class StateSerializer(Sparse, serializers.ModelSerializer[ReadingState]):
    class Meta:
        model = ReadingState
        fields = ["state", "changed_at", "read_at"]
        read_only_fields = ["changed_at", "read_at"]


class MarkedPaperSerializer(StateSerializer):
    paper = PaperCardSerializer(read_only=True)

    class Meta(StateSerializer.Meta):
        fields = ["paper", *StateSerializer.Meta.fields]


class MarkingSerializer(serializers.Serializer[Any]):
    papers: Any = serializers.ListField(child=serializers.CharField(max_length=300), max_length=MOST_AT_ONCE, help_text="In any spelling.")
    state = serializers.ChoiceField(choices=State.choices, allow_null=True, help_text="null takes back what was said.")


class MarkedAsReadSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField(help_text="For how many papers that was new.")
    unknown: Any = serializers.ListField(child=serializers.CharField(), help_text="Names that no paper here has.")


class StateView(APIView):
    write_scope = Scope.READING_WRITE

    @extend_schema(operation_id="set_state", request=StateSerializer, responses=StateSerializer)
    def put(self, request: Request, name: str) -> Response:
        """Say in which state a paper is for you. Saying it twice is saying it once."""
        asked = StateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        paper = self._paper(name)
        set_state(user=reader_of(request), paper=paper, state=asked.validated_data["state"])
        return Response(StateSerializer(ReadingState.objects.filter(user=reader_of(request), paper=paper).first()).data)

    @extend_schema(operation_id="clear_state", responses={204: None})
    def delete(self, request: Request, name: str) -> Response:
        """Take back what you said, if you said anything."""
        clear_state(user=reader_of(request), paper=self._paper(name))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _paper(self, name: str) -> Paper:
        return get_object_or_404(Paper.objects.visible_to(self.request.user).called(name))


class ReadingView(ListAPIView[ReadingState]):
    serializer_class = MarkedPaperSerializer
    pagination_class = KeysetPagination
    read_scope, write_scope = Scope.READING_READ, Scope.READING_WRITE

    def get_queryset(self) -> ReadingStateQuerySet:
        reader = reader_of(self.request)
        cards = for_answer(Paper.objects.visible_to(reader), self.request)
        return ReadingState.objects.of_reader(reader).filter(state=self._state()).prefetch_related(Prefetch("paper", cards))

    def keyset_order(self) -> Sequence[str]:
        return ("-changed_at", "-pk")

    def _state(self) -> str:
        state = self.request.query_params.get("state", State.TO_READ)
        if state not in State.values:
            raise ValidationError({"state": [_("Choose one of %(choices)s.") % {"choices": ", ".join(State.values)}]})
        return state

    @extend_schema(operation_id="reading", parameters=[OpenApiParameter("state", enum=State.values, default=State.TO_READ.value)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your papers in one state, what you said last first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="set_states", request=MarkingSerializer, responses=MarkedAsReadSerializer)
    def post(self, request: Request) -> Response:
        """Say the same of up to 500 papers at once."""
        asked = MarkingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reader, names, state = reader_of(request), asked.validated_data["papers"], asked.validated_data["state"]
        found = Paper.objects.visible_to(reader).keys_of(names)
        papers = set(found.values())
        changed = set_states(user=reader, papers=papers, state=state) if state else clear_states(user=reader, papers=papers)
        return Response({"changed": changed, "unknown": [name for name in names if name not in found]})


class ListReadView(APIView):
    write_scope = Scope.READING_WRITE

    @extend_schema(operation_id="read_list", request=None, responses=MarkedAsReadSerializer)
    def put(self, request: Request, owner: str, slug: str) -> Response:
        """Say of every paper in a list that you have read it."""
        reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).at(owner, slug))
        return Response({"changed": mark_list_read(user=reader_of(request), reading_list=reading_list), "unknown": []})
