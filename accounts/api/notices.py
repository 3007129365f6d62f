"""/notices/: the reader's inbox."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.notices import mark_read
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.sparse import Sparse
from accounts.models import Notice, Scope
from accounts.models.event import NoticeQuerySet

MOST_AT_ONCE = 500


class NoticeSerializer(Sparse, serializers.ModelSerializer[Notice]):
    kind = serializers.CharField(source="event.kind")
    sentence = serializers.CharField(source="event.sentence", help_text="What happened, in the reader's language.")
    path = serializers.CharField(source="event.path", help_text="Where it leads on this site; may be empty.")

    class Meta:
        model = Notice
        fields = ["id", "topic", "kind", "sentence", "path", "created_at", "read_at"]


class NoticesView(ListAPIView[Notice]):
    serializer_class = NoticeSerializer
    pagination_class = KeysetPagination
    read_scope = Scope.NOTICES_READ

    def get_queryset(self) -> NoticeQuerySet:
        notices = Notice.objects.of_reader(self.request.user)
        return notices.unread() if self.request.query_params.get("unread") in {"1", "true"} else notices

    def keyset_order(self) -> Sequence[str]:
        return ("-pk",)

    @extend_schema(operation_id="notices", parameters=[OpenApiParameter("unread", bool, description="Only those not read yet.")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your notices, the newest first."""
        return super().get(request, *args, **kwargs)


class ReadSerializer(serializers.Serializer[dict[str, Any]]):
    ids = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**62), required=False, max_length=MOST_AT_ONCE)
    all = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("ids")) == attrs["all"]:
            raise serializers.ValidationError(_("Give either ids or all."))
        return attrs


class MarkedSerializer(serializers.Serializer[dict[str, Any]]):
    marked = serializers.IntegerField(help_text="How many were not read before.")
    unknown = serializers.ListField(child=serializers.IntegerField(), help_text="Ids that are none of yours.")


class ReadNoticesView(APIView):
    write_scope = Scope.NOTICES_WRITE

    @extend_schema(operation_id="read_notices", request=ReadSerializer, responses=MarkedSerializer)
    def post(self, request: Request) -> Response:
        """Mark notices as read, by their ids or all. Ids that are none of yours are named, and the others still marked."""
        asked = ReadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reader, ids = reader_of(request), asked.validated_data.get("ids")
        unknown = sorted(set(ids or []) - set(Notice.objects.filter(user=reader, pk__in=ids or []).values_list("pk", flat=True)))
        return Response({"marked": mark_read(user=reader, ids=ids), "unknown": unknown})
