"""Watching and muting over REST: PUT says what is wished, DELETE takes it back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from papers.actions.watching import Target, stop_watching, watch
from papers.api.talk import TalkView


class WishSerializer(serializers.Serializer[dict[str, Any]]):
    state = serializers.ChoiceField(["watching", "muted"], default="watching")


class _WatchView(TalkView):
    read_scope = None  # type: ignore[assignment]

    def target(self) -> Target:
        raise NotImplementedError

    def wish(self, request: Request) -> Response:
        asked = WishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = watch(user=reader_of(request), target=self.target(), is_muted=asked.validated_data["state"] == "muted")
        return Response({"state": "muted" if made.is_muted else "watching"})

    def take_back(self, request: Request) -> Response:
        stop_watching(user=reader_of(request), target=self.target())
        return Response(status=status.HTTP_204_NO_CONTENT)


class PaperWatchView(_WatchView):
    def target(self) -> Target:
        return self.paper()

    @extend_schema(operation_id="watch_paper", request=WishSerializer, responses=WishSerializer)
    def put(self, request: Request, name: str) -> Response:
        """Hear of every comment on a paper, or of none."""
        return self.wish(request)

    @extend_schema(operation_id="stop_watching_paper", responses={204: None})
    def delete(self, request: Request, name: str) -> Response:
        """Hear only of what concerns you."""
        return self.take_back(request)


class ItemWatchView(_WatchView):
    def target(self) -> Target:
        return self.item()

    @extend_schema(operation_id="watch_item", request=WishSerializer, responses=WishSerializer)
    def put(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Hear of all that your team says about a paper of its list, or of nothing."""
        return self.wish(request)

    @extend_schema(operation_id="stop_watching_item", responses={204: None})
    def delete(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Hear only of what concerns you."""
        return self.take_back(request)


class ThreadWatchView(_WatchView):
    def target(self) -> Target:
        return self.comment()

    @extend_schema(operation_id="watch_thread", request=WishSerializer, responses=WishSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Hear of every answer in the thread of a comment, or of none."""
        return self.wish(request)

    @extend_schema(operation_id="stop_watching_thread", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Hear only of what concerns you."""
        return self.take_back(request)
