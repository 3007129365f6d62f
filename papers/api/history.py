"""/me/reading/history/: what the reader read and saved, in numbers."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import reader_of
from accounts.models import Scope
from papers.history import MOST_WEEKS, USUAL_WEEKS, history_of


class WeekSerializer(serializers.Serializer[Any]):
    week = serializers.CharField(source="span.key", help_text="An ISO week, such as 2026-W47.")
    read = serializers.IntegerField()
    saved = serializers.IntegerField()


class TopicSerializer(serializers.Serializer[Any]):
    category = serializers.CharField(source="category.slug")
    read = serializers.IntegerField()


class HistorySerializer(serializers.Serializer[Any]):
    weeks = WeekSerializer(many=True)
    topics = TopicSerializer(many=True)
    streak = serializers.IntegerField(help_text="Weeks in a row in which you read something, up to now.")
    read = serializers.IntegerField()
    saved = serializers.IntegerField()


class HistoryView(APIView):
    read_scope = Scope.READING_READ

    @extend_schema(operation_id="history", parameters=[OpenApiParameter("weeks", int, default=USUAL_WEEKS)], responses=HistorySerializer)
    def get(self, request: Request) -> Response:
        """What you read and saved by week in your time zone, this week last, and what you read by topic."""
        return Response(HistorySerializer(history_of(reader_of(request), _weeks(request))).data)


def _weeks(request: Request) -> int:
    text = request.query_params.get("weeks", str(USUAL_WEEKS))
    if text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_WEEKS:
        return int(text)
    raise ValidationError({"weeks": [_("Give a whole number from 1 to %(most)d.") % {"most": MOST_WEEKS}]})
