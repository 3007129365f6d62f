"""/teams/…/outlets/: where a team's digest goes beside its people, for its owners and maintainers. Addresses and secrets go in only."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from accounts.api.teams import TeamAddress
from accounts.models.roles import MANAGING_ROLES
from digests import actions
from digests.actions.endpoints import LONGEST_ADDRESS
from digests.channels import Outcome, Verdict
from digests.models import Delivery, TeamOutlet
from digests.team_shown import show_outlets


class OutletDeliverySerializer(serializers.ModelSerializer[Delivery]):
    period_key = serializers.CharField(source="team_digest.period_key", read_only=True)

    class Meta:
        model = Delivery
        fields = ["period_key", "state", "reason", "created_at", "sent_at"]
        read_only_fields = fields


class OutletSerializer(serializers.ModelSerializer[TeamOutlet]):
    address = serializers.CharField(write_only=True, max_length=LONGEST_ADDRESS, help_text="Of a webhook, or of a mailing list.")
    shown_address = serializers.CharField(read_only=True, help_text="As much of it as tells it from others.")
    latest = OutletDeliverySerializer(read_only=True, allow_null=True, default=None, help_text="What became of the latest digest to it.")

    class Meta:
        model = TeamOutlet
        fields = [
            "id",
            "kind",
            "label",
            "address",
            "shown_address",
            "is_active",
            "why_off",
            "confirmed_at",
            "failing_since",
            "created_at",
            "latest",
        ]
        read_only_fields = ["is_active", "why_off", "confirmed_at", "failing_since", "created_at"]


class NewOutletSerializer(OutletSerializer):
    """An outlet with its secret, which is shown this once; "" for all but webhooks."""

    secret = serializers.CharField(read_only=True)

    class Meta(OutletSerializer.Meta):
        fields = [*OutletSerializer.Meta.fields, "secret"]


class OutletChangeSerializer(serializers.ModelSerializer[TeamOutlet]):
    class Meta:
        model = TeamOutlet
        fields = ["label", "is_active"]


class OutletOutcomeSerializer(serializers.Serializer[Outcome]):
    was_accepted = serializers.SerializerMethodField()
    reason = serializers.CharField(help_text="Why not.")

    def get_was_accepted(self, outcome: Outcome) -> bool:
        return outcome.verdict is Verdict.ACCEPTED


class OutletKeySerializer(serializers.Serializer[dict[str, str]]):
    secret = serializers.CharField(help_text="The new one. For a day posts are signed with the one before, too.")


class _Outlets(TeamAddress):
    def outlets(self) -> QuerySet[TeamOutlet]:
        return self.own_team(MANAGING_ROLES).digest_outlets.select_related("team__namespace")

    def outlet(self) -> TeamOutlet:
        return get_object_or_404(self.outlets(), pk=self.kwargs["pk"])


class OutletsView(_Outlets):
    @extend_schema(operation_id="team_outlets", responses=OutletSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Where the team's digest goes beside its people; at most 20."""
        return Response(OutletSerializer(show_outlets(self.outlets()), many=True).data)

    @extend_schema(operation_id="add_team_outlet", request=OutletSerializer, responses={201: NewOutletSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add one. A mailing list gets a mail first and takes digests once somebody there has confirmed it."""
        team, actor = self.own_team(MANAGING_ROLES), reader_of(request)
        asked = OutletSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        outlet: Any
        outlet, secret = actions.add_outlet(team=team, actor=actor, **asked.validated_data)
        if not outlet.is_posted_to:
            actions.ask_to_confirm(outlet=outlet, actor=actor)
        outlet.secret = secret
        return Response(NewOutletSerializer(outlet).data, status=status.HTTP_201_CREATED)


class OutletView(_Outlets):
    @extend_schema(operation_id="team_outlet", responses=OutletSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One outlet, and what became of the latest digest to it."""
        self.outlet()
        [shown] = show_outlets(self.outlets().filter(pk=pk))
        return Response(OutletSerializer(shown).data)

    @extend_schema(operation_id="change_team_outlet", request=OutletChangeSerializer, responses=OutletSerializer)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change its label, or switch it on or off."""
        outlet = self.outlet()
        asked = OutletChangeSerializer(outlet, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(OutletSerializer(actions.change_outlet(outlet=outlet, actor=reader_of(request), **asked.validated_data)).data)

    @extend_schema(operation_id="remove_team_outlet", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Remove it, with what waits for it."""
        actions.remove_outlet(outlet=self.outlet(), actor=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OutletTestView(_Outlets):
    asks_others = True

    @extend_schema(operation_id="try_team_outlet", request=None, responses=OutletOutcomeSerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Post a test now and say what became of it; ten an hour."""
        return Response(OutletOutcomeSerializer(actions.try_outlet(outlet=self.outlet(), actor=reader_of(request))).data)


class OutletSecretView(_Outlets):
    @extend_schema(operation_id="rotate_team_outlet_secret", request=None, responses=OutletKeySerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Give a webhook another secret, shown this once."""
        return Response({"secret": actions.rotate_secret(outlet=self.outlet(), actor=reader_of(request))})


class OutletConfirmationView(_Outlets):
    @extend_schema(operation_id="ask_team_outlet_to_confirm", request=None, responses={204: None})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Mail a mailing list once more the question whether it wants the digests."""
        actions.ask_to_confirm(outlet=self.outlet(), actor=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
