"""Secret links of a list, and the pattern of citation keys of a person or a team."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.memberships import Refused
from accounts.api.permissions import reader_of
from accounts.models import Namespace, Scope
from papers.actions.citation_keys import pattern_of, set_pattern
from papers.actions.list_links import make_link, revoke_link
from papers.models import ListLink, ReadingList
from papers.models.reading_list import holders_visible_to


class ListLinkSerializer(serializers.ModelSerializer[ListLink]):
    class Meta:
        model = ListLink
        fields = ["id", "label", "made_at", "last_used_at", "revoked_at"]
        read_only_fields = ["made_at", "last_used_at", "revoked_at"]


class NewLinkSerializer(ListLinkSerializer):
    """With its addresses, which are told once."""

    page_url = serializers.CharField()
    bib_url = serializers.CharField()

    class Meta(ListLinkSerializer.Meta):
        fields = [*ListLinkSerializer.Meta.fields, "page_url", "bib_url"]


class PatternSerializer(serializers.Serializer[Any]):
    pattern = serializers.CharField(max_length=60, help_text="Such as {auth}{year}{word}.")


class _Links(APIView):
    read_scope = write_scope = Scope.LISTS_WRITE

    def managed_list(self, owner: str, slug: str) -> ReadingList:
        """Return a list that the reader may open to others: not visible is 404, not the reader's to say is 403."""
        reading_list = get_object_or_404(ReadingList.objects.visible_to(self.request.user).for_cards().at(owner, slug))
        if not ReadingList.objects.managed_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise PermissionDenied(_("Only those who manage this list see its secret links."))
        return reading_list


class ListLinksView(_Links):
    @extend_schema(operation_id="links", responses=ListLinkSerializer(many=True))
    def get(self, request: Request, owner: str, slug: str) -> Response:
        """Secret links to a list, the newest first, without their keys."""
        return Response(ListLinkSerializer(self.managed_list(owner, slug).links.newest(), many=True).data)

    @extend_schema(operation_id="make_link", request=ListLinkSerializer, responses={201: NewLinkSerializer})
    def post(self, request: Request, owner: str, slug: str) -> Response:
        """Make a secret link. Its addresses are told in this answer and never again."""
        reading_list, asked = self.managed_list(owner, slug), ListLinkSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            link, key = make_link(reading_list=reading_list, user=reader_of(request), label=asked.validated_data["label"])
        except Refused as refused:
            raise ValidationError({"label": [str(refused)]}) from refused
        page, bib = reverse("papers:shared", args=[key]), reverse("papers:shared_file", args=[key, "bib"])
        told = ListLinkSerializer(link).data | {"page_url": settings.SITE_URL + page, "bib_url": settings.SITE_URL + bib}
        return Response(told, status=status.HTTP_201_CREATED)


class ListLinkView(_Links):
    @extend_schema(operation_id="revoke_link", responses={204: None})
    def delete(self, request: Request, owner: str, slug: str, pk: int) -> Response:
        """End a secret link at once; said twice, it means the same."""
        links = self.managed_list(owner, slug).links.select_related("reading_list__owner__team")
        revoke_link(link=get_object_or_404(links, pk=pk), user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class CitationPatternView(APIView):
    read_scope, write_scope = Scope.LISTS_READ, Scope.LISTS_WRITE

    @extend_schema(operation_id="citation_pattern", responses=PatternSerializer)
    def get(self, request: Request, owner: str) -> Response:
        """How new citation keys of a person's or a team's lists are made."""
        return Response({"pattern": pattern_of(self._owner(owner))})

    @extend_schema(operation_id="set_citation_pattern", request=PatternSerializer, responses=PatternSerializer)
    def put(self, request: Request, owner: str) -> Response:
        """Have new keys made by another pattern; papers that have a key keep it."""
        asked = PatternSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        set_pattern(owner=self._owner(owner), user=reader_of(request), pattern=asked.validated_data["pattern"])
        return self.get(request, owner)

    def _owner(self, name: str) -> Namespace:
        return get_object_or_404(holders_visible_to(self.request.user).called(name))
