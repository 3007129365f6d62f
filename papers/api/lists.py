"""/lists/: reading lists of people and teams, and the papers in them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView, ListCreateAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.actions.memberships import Refused
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.models import Scope
from papers.actions.list_order import move_item, move_item_to
from papers.actions.lists import add_paper, change_list, create_list, delete_list, remove_paper, write_note
from papers.actions.nesting import nest_list
from papers.actions.tagging import write_tags
from papers.api.serializers import ItemChangeSerializer, ListItemSerializer, ReadingListSerializer
from papers.models import ListItem, Paper, ReadingList
from papers.models.reading_list import ITEM_ORDERS, ReadingListQuerySet

SHOW = ("visible", "mine")


class Refusing(APIView):
    """A wish that cannot be granted now is 409, in the action's words."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Refused):
            return Response({"detail": str(exc)}, status=status.HTTP_409_CONFLICT)
        return super().handle_exception(exc)


class ListAddress(Refusing, GenericAPIView[Any]):
    """Finds the list of an address: not visible is 404, visible but not the reader's to change is 403."""

    public_read, read_scope, write_scope = True, Scope.LISTS_READ, Scope.LISTS_WRITE

    def reading_list(self) -> ReadingList:
        lists = ReadingList.objects.visible_to(self.request.user).for_cards().with_progress_of(self.request.user)
        return get_object_or_404(lists.at(self.kwargs["owner"], self.kwargs["slug"]))

    def editable_list(self) -> ReadingList:
        reading_list = self.reading_list()
        if not ReadingList.objects.editable_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise PermissionDenied(_("You may read this list but not change it."))
        return reading_list

    def addable_list(self) -> ReadingList:
        reading_list = self.reading_list()
        if not ReadingList.objects.addable_by(self.request.user).filter(pk=reading_list.pk).exists():
            raise PermissionDenied(_("You may read this list but not add to it."))
        return reading_list


class ReadingListsView(Refusing, ListCreateAPIView[ReadingList]):
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
        show = self.request.query_params.get("show", "visible")
        if show not in SHOW:
            raise ValidationError({"show": [_("Choose one of %(choices)s.") % {"choices": ", ".join(SHOW)}]})
        return show

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


class ListItemsView(ListModelMixin, ListAddress):
    serializer_class = ListItemSerializer
    pagination_class = KeysetPagination
    queryset = ListItem.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        papers = Paper.objects.visible_to(self.request.user).for_cards(self.request.user)
        items, tag = ListItem.objects.filter(reading_list=self.reading_list()), self.request.query_params.get("tag")
        return (items.tagged(tag) if tag else items).in_order(self._order()).for_cards(papers)

    def keyset_order(self) -> Sequence[str]:
        return ITEM_ORDERS[self._order()]

    def _order(self) -> str:
        order = self.request.query_params.get("order", "hand")
        if order not in ITEM_ORDERS:
            raise ValidationError({"order": [_("Choose one of %(orders)s.") % {"orders": ", ".join(ITEM_ORDERS)}]})
        return order

    @extend_schema(
        operation_id="list_items",
        parameters=[
            OpenApiParameter("order", enum=list(ITEM_ORDERS), default="hand", description="By hand, or the latest or most upvoted first."),
            OpenApiParameter("tag", description="Only papers with this tag."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The papers of a list, in the order given by hand or another one, perhaps of one tag."""
        return self.list(request, *args, **kwargs)


class ListItemView(ListAddress):
    serializer_class = ListItemSerializer

    @extend_schema(operation_id="add_to_list", responses={200: ListItemSerializer, 201: ListItemSerializer})
    def put(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Put a paper at the end of the list, unless it is there; a note or tags that are given replace those there."""
        reading_list, paper, given = self.addable_list(), self._paper(), self._given()
        note = given.get("note")
        item, is_new = add_paper(reading_list=reading_list, paper=paper, user=reader_of(request), note=note or "")
        if note is not None and not is_new:
            write_note(item=self._changeable(item), note=note)
        if "tag_names" in given:
            write_tags(item=self._changeable(item), names=given["tag_names"])
        return self._answer(item, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="change_item", request=ItemChangeSerializer, responses=ListItemSerializer)
    def patch(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Replace the note or the tags of a paper of the list, or move the paper: before or after another one, or to a position."""
        item = get_object_or_404(self.addable_list().items.select_related("reading_list"), paper=self._paper())
        asked = ItemChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with transaction.atomic():
            self._move(item, asked.validated_data)
            if "note" in asked.validated_data:
                write_note(item=self._changeable(item), note=asked.validated_data["note"])
            if "tags" in asked.validated_data:
                write_tags(item=self._changeable(item), names=asked.validated_data["tags"])
        return self._answer(item, status.HTTP_200_OK)

    def _changeable(self, item: ListItem) -> ListItem:
        if not ListItem.objects.changeable_by(self.request.user).filter(pk=item.pk).exists():
            raise PermissionDenied(_("You may change what you added to this list, and nothing else in it."))
        return item

    def _move(self, item: ListItem, asked: dict[str, Any]) -> None:
        if {"before", "after", "position"} & set(asked):
            self.editable_list()
        if "position" in asked:
            move_item_to(item=item, place=asked["position"])
        for side in {"before", "after"} & set(asked):
            move_item(item=item, **{side: self._neighbour(item, side, asked[side])})

    def _neighbour(self, item: ListItem, side: str, name: str) -> ListItem:
        papers = Paper.objects.visible_to(self.request.user).called(name)
        found = item.reading_list.items.filter(paper=papers.first()).exclude(pk=item.pk).first()
        if found is None:
            raise ValidationError({side: [_("Name another paper of this list.")]})
        return found

    @extend_schema(operation_id="remove_from_list")
    def delete(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Take a paper out of the list; one that is not in it is no mistake."""
        reading_list, paper = self.addable_list(), self._paper()
        if item := reading_list.items.filter(paper=paper).first():
            remove_paper(reading_list=reading_list, paper=self._changeable(item).paper, user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _paper(self) -> Paper:
        user = self.request.user
        return get_object_or_404(Paper.objects.visible_to(user).for_cards(user).called(self.kwargs["name"]))

    def _given(self) -> dict[str, Any]:
        serializer = self.get_serializer(data=self.request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _answer(self, item: ListItem, code: int) -> Response:
        item = ListItem.objects.with_tags().select_related("added_by__namespace").get(pk=item.pk)
        item.paper = self._paper()  # again, since `saved` has just changed
        return Response(self.get_serializer(item).data, status=code)
