"""/taste/: what Lectern takes a reader's taste for, and the reader's own word on it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import allows, reader_of
from accounts.models import Scope
from digests import actions
from digests.actions.tasting import MOST_QUOTAS
from digests.api.digests import EntrySerializer
from digests.models import CategoryQuota, Taste
from digests.recommender import Quota
from digests.shown import ShownTaste, show
from papers.interests import category_of
from papers.models import Paper

MOST_OF_A_DIGEST = 50


class ShapingPaperSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField(source="paper.slug")
    title = serializers.CharField(source="paper.title")
    kind = serializers.CharField(help_text="The strongest thing that you did with it.")
    weight = serializers.FloatField(help_text="What it counts, beside a paper saved today as 1.")


class TasteTopicSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The words that its titles have and others have not.")
    share = serializers.FloatField(help_text="Of all that shapes your digest, 0 to 1.")
    count = serializers.IntegerField(help_text="Papers; the weightiest 30 are listed.")
    papers = ShapingPaperSerializer(many=True)


class QuotaSerializer(serializers.Serializer[Any]):
    category = serializers.CharField(max_length=200, help_text="A code, such as cs.CL.")
    at_least = serializers.IntegerField(min_value=0, max_value=MOST_OF_A_DIGEST, default=0)
    at_most = serializers.IntegerField(min_value=0, max_value=MOST_OF_A_DIGEST, allow_null=True, default=None)

    def validate_category(self, text: str) -> str:
        if not category_of(text):
            raise serializers.ValidationError(f"“{text}” is no category.")
        return text

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["at_most"] is not None and attrs["at_most"] < attrs["at_least"]:
            raise serializers.ValidationError({"at_most": "This is less than at_least."})
        return attrs


class PaperNameSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()


class TasteStateSerializer(serializers.Serializer[Any]):
    """Your own word on it, and how far the picture is."""

    is_paused = serializers.BooleanField(help_text="Nothing that you do now shapes your digest.")
    paused_at = serializers.DateTimeField(source="taste.paused_at", allow_null=True)
    is_reset = serializers.BooleanField(help_text="Nothing before `since` shapes your digest.")
    since = serializers.DateTimeField(source="taste.since", allow_null=True)
    quotas = QuotaSerializer(many=True)
    is_being_made = serializers.BooleanField(source="taste.is_being_made", help_text="Another picture is on its way.")
    made_at = serializers.DateTimeField(source="taste.made_at", allow_null=True)


class TasteSerializer(TasteStateSerializer):
    topics = TasteTopicSerializer(many=True)
    preview = EntrySerializer(many=True, source="entries", help_text="What your next digest would hold.")
    left_out = PaperNameSerializer(many=True, help_text="Papers that you keep and that shape nothing; the latest 30.")


class TasteChangeSerializer(serializers.Serializer[Any]):
    is_paused = serializers.BooleanField(required=False)
    is_reset = serializers.BooleanField(required=False, help_text="true: nothing until now counts; false: all counts again.")
    quotas = QuotaSerializer(many=True, required=False, help_text=f"Replaces all; {MOST_QUOTAS} at most.")

    def validate_quotas(self, quotas: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(quotas) > MOST_QUOTAS:
            raise serializers.ValidationError(f"{MOST_QUOTAS} at most.")
        if len({quota["category"] for quota in quotas}) < len(quotas):
            raise serializers.ValidationError("One quota for each category.")
        return quotas


class TasteView(APIView):
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="taste", responses=TasteSerializer)
    def get(self, request: Request) -> Response:
        """What your digest learns from, by topic, and what the next one would hold; as of `made_at`."""
        return Response(_answer(request))

    @extend_schema(operation_id="taste_draw", request=None, responses={202: TasteStateSerializer})
    def post(self, request: Request) -> Response:
        """Have the picture drawn anew; ask again until `is_being_made` is false."""
        actions.ask_for_picture(user=reader_of(request))
        return Response(_state(request), status=status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="taste_change", request=TasteChangeSerializer, responses=TasteStateSerializer)
    def patch(self, request: Request) -> Response:
        """Pause or resume learning, start afresh or take that back, or replace the quotas."""
        asked = TasteChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user, wanted = reader_of(request), asked.validated_data
        if "is_paused" in wanted:
            (actions.pause_taste if wanted["is_paused"] else actions.end_pause)(user=user)
        if "is_reset" in wanted:
            (actions.reset_taste if wanted["is_reset"] else actions.take_back_reset)(user=user)
        if "quotas" in wanted:
            actions.set_quotas(user=user, quotas={one["category"]: Quota(one["at_least"], one["at_most"]) for one in wanted["quotas"]})
        return Response(_state(request))


class LeftOutView(APIView):
    write_scope = Scope.DIGESTS_WRITE

    @extend_schema(operation_id="taste_leave_out", request=None, responses={204: None})
    def put(self, request: Request, slug: str) -> Response:
        """Let a paper that you keep not shape your digest."""
        actions.leave_out(user=reader_of(request), papers=[_paper(request, slug)])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="taste_take_in_again", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Let it shape your digest again."""
        actions.take_in_again(user=reader_of(request), papers=[_paper(request, slug)])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _paper(request: Request, slug: str) -> int:
    return get_object_or_404(Paper.objects.visible_to(request.user).called(slug)).pk


def _answer(request: Request) -> dict[str, Any]:
    user = reader_of(request)
    shown: ShownTaste = show(actions.taste_of(user=user), user, lists_for=None if allows(request, Scope.LISTS_READ) else AnonymousUser())
    parts = {name: getattr(shown, name) for name in ("topics", "entries", "left_out")}
    return TasteSerializer(_facts(request, shown.taste) | parts, context={"request": request}).data


def _state(request: Request) -> dict[str, Any]:
    """What may be told to a program that may write and not read."""
    return TasteStateSerializer(_facts(request, actions.taste_of(user=reader_of(request)))).data


def _facts(request: Request, taste: Taste) -> dict[str, Any]:
    quotas = CategoryQuota.objects.filter(user=reader_of(request)).order_by("category")
    return {"taste": taste, "is_paused": taste.paused_at is not None, "is_reset": taste.since is not None, "quotas": quotas}
