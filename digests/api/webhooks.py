"""/webhooks/ and /teams/…/webhooks/: programs that are told what happens, and what became of it. Addresses and secrets go in only."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of, token_of
from accounts.api.teams import TeamAddress
from accounts.models import Scope, Team, User
from accounts.models.roles import MANAGING_ROLES
from digests import actions
from digests.actions.endpoints import LONGEST_ADDRESS
from digests.api.outlets import OutletKeySerializer, OutletOutcomeSerializer
from digests.models import Delivery, EventType, Webhook
from digests.posts import webhook_id_of


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    address = serializers.CharField(write_only=True, max_length=LONGEST_ADDRESS, help_text="Begins with https://.")
    shown_address = serializers.CharField(read_only=True, help_text="As much of it as tells it from others.")
    types = serializers.ListField(
        child=serializers.ChoiceField(EventType.choices), required=False, help_text="What it is told of; nothing means everything."
    )

    class Meta:
        model = Webhook
        fields = ["id", "label", "address", "shown_address", "types", "is_active", "why_off", "failing_since", "created_at"]
        read_only_fields = ["why_off", "failing_since", "created_at"]


class NewWebhookSerializer(WebhookSerializer):
    """A webhook with its secret, which is shown this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class WebhookDeliverySerializer(serializers.ModelSerializer[Delivery]):
    """`status` is that of the last answer, null where there was none; `not_before` is when it is tried next while it waits."""

    webhook_id = serializers.SerializerMethodField(help_text="The header of the same name.")
    type = serializers.CharField(source="announcement.kind", read_only=True)
    happened_at = serializers.DateTimeField(source="announcement.made_at", read_only=True)

    class Meta:
        model = Delivery
        fields = ["id", "webhook_id", "type", "happened_at", "state", "reason", "status", "attempts", "not_before", "sent_at"]
        read_only_fields = fields

    def get_webhook_id(self, delivery: Delivery) -> str:
        return webhook_id_of(delivery)


class _Webhooks(TeamAddress, GenericAPIView[Any]):
    """The reader's own, or where the address names a team, that team's."""

    read_scope, write_scope = Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE
    serializer_class: Any = WebhookSerializer

    def owner(self) -> User | Team:
        return self.own_team(MANAGING_ROLES) if "slug" in self.kwargs else reader_of(self.request)

    def webhooks(self) -> QuerySet[Webhook]:
        return Webhook.objects.of_owner(self.owner()).select_related("user", "team__namespace").order_by("pk")

    def webhook(self) -> Webhook:
        return get_object_or_404(self.webhooks(), pk=self.kwargs["pk"])

    def deliveries(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(webhook=self.webhook()).select_related("announcement", "webhook")


class WebhooksView(_Webhooks):
    @extend_schema(responses=WebhookSerializer(many=True))
    def get(self, request: Request, **address: Any) -> Response:
        """The programs that are told what happens; at most 20."""
        return Response(WebhookSerializer(self.webhooks(), many=True).data)

    @extend_schema(request=WebhookSerializer, responses={201: NewWebhookSerializer})
    def post(self, request: Request, **address: Any) -> Response:
        """Add one. Its secret is in this answer and in no other.

        A token needs the scopes to read what the webhook is told of, and the webhook ends with the token.
        """
        owner = self.owner()
        asked = WebhookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        chosen = {name: value for name, value in asked.validated_data.items() if name != "is_active"}
        webhook: Any
        webhook, secret = actions.add_webhook(owner=owner, actor=reader_of(request), token=token_of(request), **chosen)
        webhook.secret = secret
        return Response(NewWebhookSerializer(webhook).data, status=status.HTTP_201_CREATED)


class WebhookView(_Webhooks):
    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, **address: Any) -> Response:
        """One webhook, and how it fares."""
        return Response(WebhookSerializer(self.webhook()).data)

    @extend_schema(request=WebhookSerializer(partial=True), responses=WebhookSerializer)
    def patch(self, request: Request, **address: Any) -> Response:
        """Change label, address or types, or switch it on or off."""
        webhook = self.webhook()
        asked = WebhookSerializer(webhook, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        found = actions.change_webhook(webhook=webhook, actor=reader_of(request), token=token_of(request), **asked.validated_data)
        return Response(WebhookSerializer(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, **address: Any) -> Response:
        """Remove it, with what waits for it and the log of its posts."""
        actions.remove_webhook(webhook=self.webhook(), actor=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookTestView(_Webhooks):
    asks_others = True

    @extend_schema(request=None, responses=OutletOutcomeSerializer)
    def post(self, request: Request, **address: Any) -> Response:
        """Post a test now and say what became of it; ten an hour."""
        return Response(OutletOutcomeSerializer(actions.try_webhook(webhook=self.webhook(), actor=reader_of(request))).data)


class WebhookSecretView(_Webhooks):
    @extend_schema(request=None, responses=OutletKeySerializer)
    def post(self, request: Request, **address: Any) -> Response:
        """Make another secret, shown this once. For a day posts are signed with the one before, too."""
        return Response({"secret": actions.rotate_webhook_secret(webhook=self.webhook(), actor=reader_of(request))})


class WebhookDeliveriesView(_Webhooks):
    pagination_class = KeysetPagination
    serializer_class = WebhookDeliverySerializer

    def keyset_order(self) -> Sequence[str]:
        return ("-pk",)

    @extend_schema(responses=WebhookDeliverySerializer(many=True))
    def get(self, request: Request, **address: Any) -> Response:
        """The posts of the last 30 days, the newest first, and what became of each."""
        page = self.paginate_queryset(self.deliveries())
        return self.get_paginated_response(WebhookDeliverySerializer(page, many=True).data)


class WebhookReplayView(_Webhooks):
    serializer_class = WebhookDeliverySerializer

    @extend_schema(request=None, responses=WebhookDeliverySerializer)
    def post(self, request: Request, **address: Any) -> Response:
        """Post it once more, under its old id; 200 an hour."""
        delivery = get_object_or_404(self.deliveries(), pk=self.kwargs["delivery"])
        return Response(WebhookDeliverySerializer(actions.replay_post(delivery=delivery, actor=reader_of(request))).data)
