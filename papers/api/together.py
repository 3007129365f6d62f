"""What a team does with its lists: suggestions, assignments, and the agenda of a reading group."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.sparse import Sparse
from accounts.models import Scope, Team, User
from papers.actions.assigning import assign_paper, end_assignment, finish_assignment
from papers.actions.suggesting import accept_suggestion, decline_suggestion, suggest_paper, withdraw_suggestion
from papers.api.lists import ListAddress
from papers.api.serializers import TaskSerializer
from papers.models import Assignment, ListItem, Paper, ReadingList, Suggestion
from papers.models.assignment import AssignmentQuerySet
from papers.models.reading_list import team_of_reader
from papers.models.suggestion import SuggestionQuerySet

DEEDS = ("accept", "decline", "withdraw")
DONE = OpenApiParameter("done", bool, description="What is done, the latest first, instead of what is to come.")


class SuggestionSerializer(Sparse, serializers.ModelSerializer[Suggestion]):
    paper: Any = serializers.CharField(source="paper.slug", max_length=300, help_text="Any of its names; in answers its slug.")
    suggested_by = serializers.CharField(source="suggested_by.handle", read_only=True)
    decided_by = serializers.CharField(source="decided_by.handle", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Suggestion
        fields = ["id", "paper", "words", "state", "suggested_by", "suggested_at", "decided_by", "decided_at", "answer"]
        read_only_fields = ["state", "suggested_at", "decided_at", "answer"]


class SuggestionAnswerSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=DEEDS)
    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class _Suggestable(ListAddress):
    serializer_class: Any = SuggestionSerializer
    public_read = False

    def suggestable_list(self) -> ReadingList:
        reading_list = self.reading_list()
        if not ReadingList.objects.suggestable_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise PermissionDenied(_("Only lists of teams take suggestions, and only from people."))
        return reading_list

    def shown(self, reading_list: ReadingList) -> SuggestionQuerySet:
        rows = Suggestion.objects.visible_to(self.request.user).filter(reading_list=reading_list)
        return rows.with_names().select_related("paper")


class SuggestionsView(_Suggestable, ListAPIView[Suggestion]):
    pagination_class = KeysetPagination
    queryset = Suggestion.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        return self.shown(self.suggestable_list())

    def keyset_order(self) -> Sequence[str]:
        return ("-pk",)

    @extend_schema(operation_id="suggestions")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Papers that were suggested for a team's list, the latest first: all of them for those who manage it, else your own."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="suggest", responses={200: SuggestionSerializer, 201: SuggestionSerializer})
    def post(self, request: Request, owner: str, slug: str) -> Response:
        """Suggest a paper for a team's list. While one suggestion of a paper is open, it is the answer to every other one."""
        reading_list = self.suggestable_list()
        asked = SuggestionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        paper = Paper.objects.visible_to(request.user).called(wanted["paper"]["slug"]).first()
        if paper is None:
            raise ValidationError({"paper": [_("There is no such paper.")]})
        made, is_new = suggest_paper(reading_list=reading_list, paper=paper, user=reader_of(request), words=wanted.get("words", ""))
        found = Suggestion.objects.with_names().select_related("paper").get(pk=made.pk)
        return Response(SuggestionSerializer(found).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class SuggestionView(_Suggestable):
    @extend_schema(operation_id="answer_suggestion", request=SuggestionAnswerSerializer, responses=SuggestionSerializer)
    def post(self, request: Request, owner: str, slug: str, pk: int) -> Response:
        """Take a suggested paper into the list or decline it, as one who manages the list; or withdraw your own."""
        found = get_object_or_404(self.shown(self.suggestable_list()), pk=pk)
        asked = SuggestionAnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        action, reader = asked.validated_data["action"], reader_of(request)
        if action == "withdraw":
            withdraw_suggestion(suggestion=found, user=reader)
        else:
            decide = accept_suggestion if action == "accept" else decline_suggestion
            decide(suggestion=found, user=reader, answer=asked.validated_data["answer"])
        return Response(SuggestionSerializer(self.shown(found.reading_list).get(pk=pk)).data)


class AgendaSerializer(Sparse, TaskSerializer):
    owner = serializers.CharField(source="item.reading_list.owner.name", read_only=True)
    list = serializers.CharField(source="item.reading_list.slug", read_only=True)
    paper = serializers.CharField(source="item.paper.slug", read_only=True)
    title = serializers.CharField(source="item.paper.title", read_only=True)

    class Meta(TaskSerializer.Meta):
        fields = ["id", "owner", "list", "paper", "title", *TaskSerializer.Meta.fields, "made_at", "done_at"]
        read_only_fields = ["made_at", "done_at"]


class _Agenda(ListAPIView[Assignment]):
    serializer_class = AgendaSerializer
    pagination_class = KeysetPagination
    read_scope = Scope.LISTS_READ
    queryset = Assignment.objects.none()

    def tasks(self) -> AssignmentQuerySet:
        return Assignment.objects.visible_to(self.request.user).with_names().with_day().select_related("item__paper")

    def filter_queryset(self, queryset: Any) -> Any:
        return self.tasks().done() if self._asks_done() else self.tasks().open()

    def keyset_order(self) -> Sequence[str]:
        return ("-done_at", "-pk") if self._asks_done() else ("day", "pk")

    def _asks_done(self) -> bool:
        return self.request.query_params.get("done", "").lower() in {"1", "true"}


class AgendaView(_Agenda):
    def tasks(self) -> AssignmentQuerySet:
        team = get_object_or_404(Team.objects.of_member(self.request.user).called(self.kwargs["slug"]))
        return super().tasks().of_team(team)

    @extend_schema(operation_id="agenda", parameters=[DONE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A team's agenda, the next day first: who presents or reads which paper."""
        return super().get(request, *args, **kwargs)


class MyAssignmentsView(_Agenda):
    def tasks(self) -> AssignmentQuerySet:
        return super().tasks().filter(user=reader_of(self.request))

    @extend_schema(operation_id="my_assignments", parameters=[DONE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What your teams have given to you, the next day first."""
        return super().get(request, *args, **kwargs)


class AssignmentSerializer(TaskSerializer):
    done = serializers.BooleanField(required=False, default=False)

    class Meta(TaskSerializer.Meta):
        fields = [*TaskSerializer.Meta.fields, "done"]


class AssignmentView(ListAddress):
    serializer_class = AssignmentSerializer
    public_read = False

    @extend_schema(operation_id="assign", request=AssignmentSerializer, responses={200: AgendaSerializer, 201: AgendaSerializer})
    def put(self, request: Request, owner: str, slug: str, name: str, handle: str) -> Response:
        """Give a paper of a team's list to one of its people, change that, or say that it is done."""
        item, reader = self._item(), reader_of(request)
        asked = AssignmentSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        is_done = wanted.pop("done")
        found, is_new = self._found(item, handle), False
        if not (is_done and found):
            to = get_object_or_404(User.objects.filter(memberships__team=item.reading_list.owner.team), namespace__name=handle)
            found, is_new = assign_paper(item=item, to=to, user=reader, **wanted)
        if is_done:
            finish_assignment(assignment=found, user=reader)
        shown = Assignment.objects.with_names().select_related("item__paper").get(pk=found.pk)
        return Response(AgendaSerializer(shown).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="end_assignment", responses={204: None})
    def delete(self, request: Request, owner: str, slug: str, name: str, handle: str) -> Response:
        """Take a paper back from somebody; one that nobody gave them is no mistake."""
        if found := self._found(self._item(), handle):
            end_assignment(assignment=found, user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _item(self) -> ListItem:
        """An item of a team's list: a person's is 404, and whoever is not in the team gives nothing to anybody."""
        reading_list = self.reading_list()
        if not reading_list.owner.is_team:
            raise Http404
        if team_of_reader(self.request.user, reading_list) is None:
            raise PermissionDenied(_("Papers are given to people by the people of the team."))
        paper = get_object_or_404(Paper.objects.visible_to(self.request.user).called(self.kwargs["name"]))
        items = ListItem.objects.select_related("paper", "reading_list__owner__team")
        return get_object_or_404(items, reading_list=reading_list, paper=paper)

    def _found(self, item: ListItem, handle: str) -> Assignment | None:
        mine = Assignment.objects.visible_to(self.request.user).with_names()
        return mine.filter(item=item, user__namespace__name=handle).first()
