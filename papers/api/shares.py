"""/lists/{owner}/{slug}/shares/: people and teams with whom a list is shared."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from papers.actions.sharing import end_share, share_list
from papers.api.lists import ListAddress
from papers.models import ListShare, ReadingList
from papers.models.list_share import May, reachable_by


class ShareSerializer(serializers.ModelSerializer[ListShare]):
    to = serializers.CharField(source="to.name", read_only=True)
    name = serializers.CharField(source="to.display_name", read_only=True)
    is_team = serializers.BooleanField(source="to.is_team", read_only=True)
    may = serializers.ChoiceField(choices=May.choices, default=May.READ)

    class Meta:
        model = ListShare
        fields = ["to", "name", "is_team", "may", "made_at"]
        read_only_fields = ["made_at"]


class ShareAddress(ListAddress):
    serializer_class: Any = ShareSerializer
    public_read = False

    def managed_list(self) -> ReadingList:
        reading_list = self.reading_list()
        if not ReadingList.objects.managed_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise PermissionDenied(_("Who may read this list is for those who manage it to say."))
        return reading_list


class SharesView(ShareAddress):
    @extend_schema(operation_id="shares", responses=ShareSerializer(many=True))
    def get(self, request: Request, owner: str, slug: str) -> Response:
        """With whom the list is shared, for those who manage it; at most 200."""
        return Response(ShareSerializer(self.managed_list().shares.with_names(), many=True).data)


class ShareView(ShareAddress):
    @extend_schema(operation_id="share", responses={200: ShareSerializer, 201: ShareSerializer})
    def put(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Share the list with a person or team, or change what they may."""
        reading_list = self.managed_list()
        asked: Any = ShareSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reader = reader_of(request)
        to = get_object_or_404(reachable_by(reader).called(name))
        share, is_new = share_list(reading_list=reading_list, to=to, may=asked.validated_data["may"], user=reader)
        return Response(ShareSerializer(share).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="end_share", responses={204: None})
    def delete(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Share the list with somebody no longer; your own name: leave it."""
        found = self.reading_list().shares.with_names().select_related("reading_list__owner__team").filter(to__name=name).first()
        if found is None:
            self.managed_list()
        else:
            end_share(share=found, user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
