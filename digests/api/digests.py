"""/digests/ and /subscription/: the reader's digests, and when they come."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.markdown import RENDERERS, Told, also_in_markdown
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import allows, reader_of
from accounts.api.sparse import Sparse
from accounts.models import Scope, User
from digests import actions
from digests.actions.testing import TESTS_SHOWN
from digests.delivery_lines import write_lines
from digests.models import Delivery, Digest, DigestPaper, Subscription
from digests.models.digest import DigestQuerySet
from digests.reasons import name_reasons, reason_text
from papers.api.serializers import PageAddress, PaperCardSerializer


class DigestCardSerializer(Sparse, serializers.ModelSerializer[Digest]):
    url = PageAddress()
    reason = serializers.CharField(source="reason_for_reader", read_only=True)
    paper_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Digest
        fields = ["period_key", "url", "state", "reason", "paper_count", "planned_at", "composed_at"]
        read_only_fields = fields


class EntrySerializer(serializers.ModelSerializer[DigestPaper]):
    paper = PaperCardSerializer()
    reason = serializers.JSONField(help_text="Why the paper is here, for programs.")
    reason_text = serializers.SerializerMethodField(help_text="The same in a sentence.")

    class Meta:
        model = DigestPaper
        fields = ["position", "paper", "score", "reason", "reason_text", "opened_at"]
        read_only_fields = fields

    def get_reason_text(self, entry: DigestPaper) -> str:
        return reason_text(entry.reason)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    line = serializers.CharField(read_only=True, help_text="What became of it in plain words, on your clock.")

    class Meta:
        model = Delivery
        fields = ["address", "state", "line", "reason", "created_at", "sent_at"]
        read_only_fields = fields


class NewsSerializer(serializers.Serializer[dict[str, str]]):
    text = serializers.CharField(help_text="What happened, as it was said when the digest was made.")
    path = serializers.CharField(help_text="Where it leads on this site; may be empty.")


class DigestSerializer(DigestCardSerializer):
    """A digest with its news and its papers, and what became of its mails."""

    news = NewsSerializer(many=True, help_text="Notices that the reader wanted in here.")
    entries = EntrySerializer(many=True)
    deliveries = DeliverySerializer(many=True)

    class Meta(DigestCardSerializer.Meta):
        fields = [*DigestCardSerializer.Meta.fields, "news", "entries", "deliveries"]
        read_only_fields = fields


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    class Meta:
        model = Subscription
        fields = [
            *("is_active", "cadence", "weekday", "hour", "time_zone", "paused_until"),
            *("paper_limit", "choosiness", "has_surprise", "next_due_at"),
        ]
        read_only_fields = ["next_due_at"]


def digests_of(user: User) -> DigestQuerySet:
    return Digest.objects.visible_to(user).annotate(paper_count=Count("entries"))


def whole_digest(request: Request, period_key: str) -> Digest:
    user = reader_of(request)
    deliveries = Delivery.objects.order_by("created_at", "pk")
    whole = digests_of(user).with_papers_for(user).prefetch_related(Prefetch("deliveries", queryset=deliveries))
    digest = get_object_or_404(whole.called(period_key))
    write_lines(digest.deliveries.all(), zone=user.zone)
    name_reasons(digest.entries.all(), reader=user, lists_for=None if allows(request, Scope.LISTS_READ) else AnonymousUser())
    return digest


class DigestsView(ListAPIView[Digest]):
    serializer_class = DigestCardSerializer
    pagination_class = KeysetPagination
    read_scope = Scope.DIGESTS_READ

    def get_queryset(self) -> DigestQuerySet:
        return digests_of(reader_of(self.request))

    def keyset_order(self) -> Sequence[str]:
        return ("-planned_at", "-pk")

    @extend_schema(operation_id="digests")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your digests, the latest first, also those that were not sent and why."""
        return super().get(request, *args, **kwargs)


class DigestView(GenericAPIView[Digest]):
    serializer_class = DigestSerializer
    renderer_classes = RENDERERS
    read_scope = Scope.DIGESTS_READ

    @extend_schema(operation_id="digest", responses=also_in_markdown(DigestSerializer))
    def get(self, request: Request, period_key: str) -> Response:
        """One digest by its period, such as 2026-W48, 2026-11-27 or 2026-11, or the `latest`, with its papers and their reasons."""
        digest = whole_digest(request, period_key)
        return Told(self.get_serializer(digest).data, template="digests/digest.md", rows={"digest": digest})


class SendNowView(GenericAPIView[Digest]):
    serializer_class = DigestSerializer
    write_scope = Scope.DIGESTS_WRITE

    @extend_schema(operation_id="send_digest_now", request=None, responses={202: DigestSerializer})
    def post(self, request: Request) -> Response:
        """Have the present period's digest made, if it is not there yet, and mailed; ask for it until it is no longer `planned`."""
        try:
            digest = actions.send_now(user=reader_of(request))
        except actions.AskedTooOften as problem:
            raise Throttled(wait=3600) from problem
        whole = whole_digest(request, digest.period_key)
        return Response(self.get_serializer(whole).data, status=status.HTTP_202_ACCEPTED)


class SendTestView(GenericAPIView[Delivery]):
    serializer_class = DeliverySerializer
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="test_mails", responses=DeliverySerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your latest three test mails, and what became of each."""
        return Response(self._told(request, list(Delivery.objects.tests_of(reader_of(request))[:TESTS_SHOWN])))

    @extend_schema(operation_id="send_test_mail", request=None, responses={202: DeliverySerializer})
    def post(self, request: Request) -> Response:
        """Have a short test mail sent to your own address, the same way as your digests."""
        try:
            delivery = actions.send_test(user=reader_of(request))
        except actions.AskedTooOften as problem:
            raise Throttled(wait=3600) from problem
        delivery.refresh_from_db()
        return Response(self._told(request, [delivery])[0], status=status.HTTP_202_ACCEPTED)

    def _told(self, request: Request, deliveries: list[Delivery]) -> Any:
        write_lines(deliveries, zone=reader_of(request).zone)
        return self.get_serializer(deliveries, many=True).data


class SubscriptionView(GenericAPIView[Subscription]):
    serializer_class = SubscriptionSerializer
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="subscription")
    def get(self, request: Request) -> Response:
        """When your digest comes, and how long it is."""
        return Response(self.get_serializer(actions.subscription_of(user=reader_of(request))).data)

    @extend_schema(operation_id="change_subscription")
    def patch(self, request: Request) -> Response:
        """Change how often, the day, the hour, the zone or the length, pause it until an instant, or switch it off."""
        subscription = actions.subscription_of(user=reader_of(request))
        serializer = self.get_serializer(subscription, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changed = actions.change_subscription(subscription=subscription, **serializer.validated_data)
        return Response(self.get_serializer(changed).data)
