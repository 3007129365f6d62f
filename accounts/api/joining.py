"""/teams/{slug}/requests/: asking to be let into a team, and answering those who ask."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.joining import accept_request, ask_to_join, decline_request, withdraw_request
from accounts.api.permissions import reader_of
from accounts.api.teams import TeamAddress
from accounts.models import JoinRequest, Role
from accounts.models.roles import MANAGING_ROLES

MOST_SHOWN = 500


class JoinRequestSerializer(serializers.ModelSerializer[JoinRequest]):
    handle = serializers.CharField(source="user.handle", read_only=True)
    name = serializers.CharField(source="user.display_name", read_only=True)

    class Meta:
        model = JoinRequest
        fields = ["id", "handle", "name", "words", "state", "created_at"]
        read_only_fields = ["state", "created_at"]


class AnswerSerializer(serializers.Serializer[JoinRequest]):
    state = serializers.ChoiceField(choices=[JoinRequest.State.ACCEPTED, JoinRequest.State.DECLINED])
    role = serializers.ChoiceField(choices=Role.choices, default=Role.MEMBER, help_text="Which role somebody let in gets.")


class JoinRequestsView(TeamAddress):
    @extend_schema(operation_id="join_requests", responses=JoinRequestSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Open requests, the oldest first, for those who may answer them."""
        asking = self.own_team(MANAGING_ROLES).join_requests.open().select_related("user__namespace")
        return Response(JoinRequestSerializer(asking[:MOST_SHOWN], many=True).data)

    @extend_schema(operation_id="ask_to_join", request=JoinRequestSerializer, responses={201: JoinRequestSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Ask a team that takes requests to let you in; asked twice, the first request stands."""
        asked = JoinRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = ask_to_join(team=self.team(), user=reader_of(request), words=asked.validated_data.get("words", ""))
        return Response(JoinRequestSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="withdraw_request", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Take your own open request back."""
        withdraw_request(team=self.team(), user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class JoinRequestView(TeamAddress):
    @extend_schema(operation_id="answer_request", request=AnswerSerializer, responses={204: None})
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Let somebody in who asked, or not."""
        asking = get_object_or_404(self.own_team(MANAGING_ROLES).join_requests, pk=pk)
        answer = AnswerSerializer(data=request.data)
        answer.is_valid(raise_exception=True)
        if answer.validated_data["state"] == JoinRequest.State.ACCEPTED:
            accept_request(request=asking, actor=reader_of(request), role=answer.validated_data["role"])
        else:
            decline_request(request=asking, actor=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
