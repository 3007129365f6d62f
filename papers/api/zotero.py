"""/lists/{owner}/{slug}/zotero/: keeping a list in step with a Zotero library."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of, token_of
from papers.actions.zotero import ask_for_push, connect_zotero, disconnect_zotero
from papers.api.shares import ShareAddress
from papers.models import ZoteroLink


class ZoteroSerializer(serializers.ModelSerializer[ZoteroLink]):
    """How it stands. `left_count` papers were changed in Zotero and are left as they are there."""

    is_in_step = serializers.SerializerMethodField()
    left_count = serializers.SerializerMethodField()
    made_by = serializers.CharField(source="made_by.handle", read_only=True)

    class Meta:
        model = ZoteroLink
        fields = ["library", "library_name", "state", "problem", "is_in_step", "left_count", "made_by", "made_at", "pushed_at"]
        read_only_fields = fields

    def get_is_in_step(self, link: ZoteroLink) -> bool:
        return link.pushed_version == link.reading_list.version

    def get_left_count(self, link: ZoteroLink) -> int:
        return link.items.filter(is_left=True).count()


class ConnectSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=100, write_only=True, help_text="Made at zotero.org; it may write, with notes.")
    group = serializers.IntegerField(required=False, min_value=1, help_text="The number of a group library; without it, your own.")


class ZoteroView(ShareAddress):
    serializer_class = ZoteroSerializer
    asks_others = True

    def link(self) -> ZoteroLink:
        found = ZoteroLink.objects.select_related("reading_list", "made_by__namespace").filter(reading_list=self.managed_list()).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(operation_id="zotero")
    def get(self, request: Request, owner: str, slug: str) -> Response:
        """Which library the list is kept in step with, and how that stands, for those who manage the list."""
        return Response(ZoteroSerializer(self.link()).data)

    @extend_schema(operation_id="connect_zotero", request=ConnectSerializer, responses=ZoteroSerializer)
    def put(self, request: Request, owner: str, slug: str) -> Response:
        """Keep the list in step with a library: papers, notes and tags go there, one way, within a minute or two.

        A token needs the scope lists:read too, and what it connects ends with it.
        """
        reading_list = self.managed_list()
        asked = ConnectSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        connect_zotero(reading_list=reading_list, user=reader_of(request), token=token_of(request), **asked.validated_data)
        return Response(ZoteroSerializer(self.link()).data)

    @extend_schema(operation_id="push_to_zotero", request=None, responses={202: ZoteroSerializer})
    def post(self, request: Request, owner: str, slug: str) -> Response:
        """Bring the list there now, also after it was stopped."""
        ask_for_push(link=self.link(), user=reader_of(request))
        return Response(ZoteroSerializer(self.link()).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="disconnect_zotero", responses={204: None})
    def delete(self, request: Request, owner: str, slug: str) -> Response:
        """Forget the key; what is in Zotero stays there."""
        disconnect_zotero(link=self.link(), user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
