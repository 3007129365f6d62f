"""GET /me/: whose session or token is this, and what may it do?"""

from django.db.models import Prefetch, prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import reader_of
from accounts.models import ApiToken, Membership, Scope, User


class TeamOfMineSerializer(serializers.ModelSerializer[Membership]):
    slug = serializers.CharField(source="team.slug")
    title = serializers.CharField(source="team.title")

    class Meta:
        model = Membership
        fields = ["slug", "title", "role"]


class MeSerializer(serializers.ModelSerializer[User]):
    handle = serializers.CharField()
    teams = TeamOfMineSerializer(source="memberships", many=True)
    scopes = serializers.SerializerMethodField(help_text="What this token may do; a session may do everything.")

    class Meta:
        model = User
        fields = ["handle", "email", "full_name", "affiliation", "orcid", "time_zone", "teams", "scopes"]

    def get_scopes(self, user: User) -> list[str]:
        token = self.context["request"].auth
        return token.scopes if isinstance(token, ApiToken) else Scope.values


class MeView(APIView):
    """Every live token may ask this, whatever its scopes."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who am I, in which teams, and with which scopes?"""
        teams = Membership.objects.select_related("team__namespace")
        reader = reader_of(request)
        if reader.only_team_id:
            teams = teams.filter(team=reader.only_team_id)
        prefetch_related_objects([reader], Prefetch("memberships", queryset=teams))
        return Response(MeSerializer(reader, context={"request": request}).data)
