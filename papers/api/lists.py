"""/lists/: reading lists of people and teams; the papers in them are in papers/api/items.py."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView, ListCreateAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.api.pagination import KeysetPagination
from accounts.api.parameters import choice
from accounts.api.permissions import reader_of
from accounts.models import Scope
from papers.actions.lists import change_list, create_list, delete_list
from papers.actions.nesting import nest_list
from papers.api.serializers import ReadingListSerializer
from papers.models import ReadingList
from papers.models.reading_list import ReadingListQuerySet
from papers.refusing import refusal

SHOW = ("visible", "mine")


class ListAddress(GenericAPIView[Any]):
    """Finds the list of an address: not visible is 404, visible but not the reader's to change is 403."""

    public_read, read_scope, write_scope = True, Scope.LISTS_READ, Scope.LISTS_WRITE

    def reading_list(self) -> ReadingList:
        lists = ReadingList.objects.visible_to(self.request.user).for_cards().with_progress_of(self.request.user)
        return get_object_or_404(lists.at(self.kwargs["owner"], self.kwargs["slug"]))

    def editable_list(self) -> ReadingList:
        reading_list = self.reading_list()
        if not ReadingList.objects.editable_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise _refusal(reading_list, _("You may read this list but not change it."))
        return reading_list

    def addable_list(self) -> ReadingList:
        reading_list = self.reading_list()
        if not ReadingList.objects.addable_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise _refusal(reading_list, _("You may read this list but not add to it."))
        return reading_list


def _refusal(reading_list: ReadingList, words: str) -> Exception:
    return refusal(ReadingList.objects.filter(pk=reading_list.pk), PermissionDenied(words))


class ReadingListsView(ListCreateAPIView[ReadingList]):
    serializer_class = ReadingListSerializer
    pagination_class = KeysetPagination
    public_read, read_scope, write_scope = True, Scope.LISTS_READ, Scope.LISTS_WRITE

    def get_queryset(self) -> ReadingListQuerySet:
        lists = ReadingList.objects.visible_to(self.request.user).for_cards().with_progress_of(self.request.user)
        if owner := self.request.query_params.get("owner"):
            lists = lists.filter(owner__name=owner)
        if parent := self.request.query_params.get("parent"):
            lists = lists.filter(parent__slug=parent)
        return lists.of_reader(self.request.user) if self._show() == "mine" else lists

    def keyset_order(self) -> Sequence[str]:
        return ("-updated_at", "-pk")

    def _show(self) -> str:
        return choice(self.request, "show", usual="visible", choices=SHOW)

    @extend_schema(
        operation_id="lists",
        parameters=[
            OpenApiParameter(
                "show", enum=SHOW, default="visible", description="All lists you may read, or yours, your teams' and those shared with you."
            ),
            OpenApiParameter("owner", description="Only lists of this person or team."),
            OpenApiParameter("parent", description="Only lists inside the list with this slug; name its owner, too."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Reading lists, the latest changed first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="create_list")
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a list of your own, or of a team in which you may change lists."""
        return super().post(request, *args, **kwargs)

    def perform_create(self, serializer: BaseSerializer[ReadingList]) -> None:
        reader = reader_of(self.request)
        serializer.instance = create_list(user=reader, **({"owner": reader.namespace} | serializer.validated_data))


class ReadingListView(ListAddress):
    serializer_class = ReadingListSerializer

    @extend_schema(operation_id="list")
    def get(self, request: Request, owner: str, slug: str) -> Response:
        """One list; its papers are under `items/`."""
        return Response(self.get_serializer(self.reading_list()).data)

    @extend_schema(operation_id="change_list")
    def patch(self, request: Request, owner: str, slug: str) -> Response:
        """Change title, description, visibility or the list it is inside; the address stays."""
        reading_list = self.editable_list()
        serializer = self.get_serializer(reading_list, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = {name: value for name, value in serializer.validated_data.items() if name != "owner"}
        with transaction.atomic():
            if "parent" in changes:
                nest_list(reading_list=reading_list, parent=changes.pop("parent"), user=reader_of(request))
            change_list(reading_list=reading_list, user=reader_of(request), **changes)
        return Response(self.get_serializer(self.reading_list()).data)

    @extend_schema(operation_id="delete_list")
    def delete(self, request: Request, owner: str, slug: str) -> Response:
        """Delete the list with its notes."""
        reading_list = self.editable_list()
        if not ReadingList.objects.managed_by(request.user).filter(pk=reading_list.pk).exists():
            raise PermissionDenied(_("Only those who manage this list may delete it."))
        delete_list(reading_list=reading_list, user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
