"""/teams/…/digests/: what a team saved, discussed and is likely to want, period by period; when it comes, and whether one wants it."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.markdown import RENDERERS, Told, also_in_markdown
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.models import Scope, Team, User
from accounts.models.roles import MANAGING_ROLES
from digests import actions
from digests.models import TeamDigest, TeamDigestWish, TeamSubscription
from digests.models.team_digest import TeamDigestQuerySet
from digests.team_shown import Discussed, Likely, Saved, show_team_digest
from papers.api.serializers import PageAddress, PaperCardSerializer
from papers.models import ReadingList


class TeamDigestCardSerializer(serializers.ModelSerializer[TeamDigest]):
    url = PageAddress()
    reason = serializers.CharField(source="reason_for_reader", read_only=True)
    paper_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = TeamDigest
        fields = ["period_key", "url", "state", "reason", "paper_count", "planned_at", "composed_at"]
        read_only_fields = fields


class SaverSerializer(serializers.ModelSerializer[User]):
    handle = serializers.CharField(read_only=True)
    name = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = User
        fields = ["handle", "name"]


class SavedInSerializer(serializers.ModelSerializer[ReadingList]):
    owner = serializers.CharField(source="owner.name", read_only=True)

    class Meta:
        model = ReadingList
        fields = ["owner", "slug", "title"]


class SavedSerializer(serializers.Serializer[Saved]):
    paper = PaperCardSerializer()
    people = SaverSerializer(many=True, help_text="Who put it there, as far as they are still here.")
    lists = SavedInSerializer(many=True, help_text="The lists of the team that it was put into.")


class DiscussedSerializer(serializers.Serializer[Discussed]):
    paper = PaperCardSerializer()
    comments = serializers.IntegerField(help_text="How many the team wrote in that time.")


class LikelySerializer(serializers.Serializer[Likely]):
    paper = PaperCardSerializer()
    reason = serializers.JSONField(help_text="Why the paper is here, for programs.")
    reason_text = serializers.CharField(help_text="The same in a sentence.")


class TeamDigestSerializer(TeamDigestCardSerializer):
    """A digest with its three parts."""

    saved = SavedSerializer(many=True, source="shown.saved")
    discussed = DiscussedSerializer(many=True, source="shown.discussed")
    likely = LikelySerializer(many=True, source="shown.likely")

    class Meta(TeamDigestCardSerializer.Meta):
        fields = [*TeamDigestCardSerializer.Meta.fields, "saved", "discussed", "likely"]
        read_only_fields = fields


class TeamSubscriptionSerializer(serializers.ModelSerializer[TeamSubscription]):
    next_due_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null before anybody has switched it on.")

    class Meta:
        model = TeamSubscription
        fields = ["is_active", "cadence", "weekday", "hour", "time_zone", "next_due_at"]


class TeamDigestWishSerializer(serializers.ModelSerializer[TeamDigestWish]):
    class Meta:
        model = TeamDigestWish
        fields = ["wants", "without_own"]


class _OfTeam(APIView):
    """Finds the team of an address: one that the reader is not in is 404."""

    def team(self) -> Team:
        teams = Team.objects.of_member(self.request.user).with_role_of(self.request.user)
        return get_object_or_404(teams.called(self.kwargs["slug"]))

    def digests(self) -> TeamDigestQuerySet:
        return TeamDigest.objects.visible_to(self.request.user).of_team(self.team())


class TeamDigestsView(_OfTeam, ListAPIView[TeamDigest]):
    serializer_class = TeamDigestCardSerializer
    pagination_class = KeysetPagination
    read_scope = Scope.LISTS_READ
    queryset = TeamDigest.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        return self.digests()

    def keyset_order(self) -> Sequence[str]:
        return ("-planned_at", "-pk")

    @extend_schema(operation_id="team_digests")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A team's digests, the latest first, also those that were not sent and why."""
        return super().get(request, *args, **kwargs)


class TeamDigestView(_OfTeam, GenericAPIView[TeamDigest]):
    serializer_class = TeamDigestSerializer
    renderer_classes = RENDERERS
    read_scope = Scope.LISTS_READ

    @extend_schema(operation_id="team_digest", responses=also_in_markdown(TeamDigestSerializer))
    def get(self, request: Request, slug: str, period_key: str) -> Response:
        """One digest by its period, such as 2026-W48, or the `latest`: what the team saved and discussed, and new papers near to that."""
        digest: Any = get_object_or_404(self.digests().called(period_key))
        digest.shown = show_team_digest(digest, reader_of(request))
        rows = {"digest": digest, "team": digest.subscription.team, "shown": digest.shown}
        return Told(self.get_serializer(digest).data, template="digests/team_digest.md", rows=rows)


class TeamDigestSettingsView(_OfTeam, GenericAPIView[TeamSubscription]):
    serializer_class = TeamSubscriptionSerializer
    read_scope, write_scope = Scope.TEAMS_READ, Scope.TEAMS_WRITE

    @extend_schema(operation_id="team_digest_settings")
    def get(self, request: Request, slug: str) -> Response:
        """When a team's digest comes, and whether it does."""
        return Response(self.get_serializer(actions.team_subscription_of(team=self.team(), user=reader_of(request))).data)

    @extend_schema(operation_id="change_team_digest_settings")
    def patch(self, request: Request, slug: str) -> Response:
        """Switch it on or off, or change how often, day, hour or zone: for owners and maintainers."""
        team, reader = self.team(), reader_of(request)
        if team.role_of_reader not in MANAGING_ROLES:
            raise PermissionDenied
        present = actions.team_subscription_of(team=team, user=reader)
        asked = self.get_serializer(present, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changed = actions.change_team_subscription(team=team, user=reader, **asked.validated_data)
        return Response(self.get_serializer(changed).data)


class TeamDigestWishView(_OfTeam, GenericAPIView[TeamDigestWish]):
    serializer_class = TeamDigestWishSerializer
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="team_digest_wish")
    def get(self, request: Request, slug: str) -> Response:
        """Whether you get a team's digest by mail, and whether without what was in your own."""
        return Response(self.get_serializer(actions.wish_of(team=self.team(), user=reader_of(request))).data)

    @extend_schema(operation_id="change_team_digest_wish")
    def patch(self, request: Request, slug: str) -> Response:
        """Change that, for you alone."""
        team, reader = self.team(), reader_of(request)
        asked = self.get_serializer(actions.wish_of(team=team, user=reader), data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(actions.change_wish(team=team, user=reader, **asked.validated_data)).data)
