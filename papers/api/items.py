"""/lists/{owner}/{slug}/items/: the papers of a list, their notes, and what a team does with them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.conditions import entity_tag, outdated, tags_of_parts, unseen
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.problems import Problem
from accounts.api.schema import CHANGED
from papers.actions.list_order import move_item, move_item_to
from papers.actions.lists import add_paper, remove_paper
from papers.actions.notes import NoteChanged, write_note
from papers.actions.tagging import write_tags
from papers.api.cards import for_answer
from papers.api.lists import ListAddress
from papers.api.serializers import ItemChangeSerializer, ListItemSerializer
from papers.api.sync import IF_CHANGED, NOT_NEW, SINCE, TOLD, VersionedList, told
from papers.models import ListItem, Paper, ReadingList
from papers.models.assignment import with_teamwork
from papers.models.reading_list import BY_VERSION, ITEM_ORDERS, ListItemQuerySet, team_of_reader
from papers.refusing import refusal

IF_MATCH = OpenApiParameter(
    "If-Match", str, "header", description="The item's ETag, or its `etag`, which is that of its note; needed where a note is replaced."
)


class Unmet(Exception):
    """A note would be replaced that the program does not name; `code` is 428 where it names none, 412 where it names an older one."""

    def __init__(self, item: ListItem, code: int) -> None:
        super().__init__(f"{code} for {item}")
        self.item, self.code = item, code


def items_of(request: Request, reading_list: ReadingList) -> ListItemQuerySet:
    """Items of a list with all that is shown of them; its team's people see who has read what, and who has to do what."""
    papers = for_answer(Paper.objects.visible_to(request.user), request)
    items = ListItem.objects.filter(reading_list=reading_list).for_cards(papers)
    return with_teamwork(items, team_of_reader(request.user, reading_list), request.user)


class ListItemsView(ListModelMixin, VersionedList):
    serializer_class = ListItemSerializer
    pagination_class = KeysetPagination
    queryset = ListItem.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        items, tag, since = items_of(self.request, self.listed), self.request.query_params.get("tag"), self.since_version()
        if since is not None:
            return items.changed_after(since)
        return (items.tagged(tag) if tag else items).in_order(self._order())

    def keyset_order(self) -> Sequence[str]:
        return BY_VERSION if self.since_version() is not None else ITEM_ORDERS[self._order()]

    def since_version(self) -> int | None:
        since = super().since_version()
        if since is not None and {"order", "tag"} & set(self.request.query_params):
            raise ValidationError({"since_version": [_("Changes come in the order of their versions: leave out order and tag.")]})
        return since

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
            SINCE,
            IF_CHANGED,
            TOLD,
        ],
        responses={200: ListItemSerializer(many=True)} | NOT_NEW,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The papers of a list, in the order given by hand or another one, perhaps of one tag; or those that changed since a version."""
        return self.unchanged() if self.is_known() else told(self.list(request, *args, **kwargs), self.listed)


class ListItemView(ListAddress):
    serializer_class = ListItemSerializer

    @extend_schema(operation_id="list_item")
    def get(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """One paper of a list; its `etag` is that of its note, which a change of the note may name instead of the whole item's ETag."""
        return self._answer(self._item(self.reading_list()), status.HTTP_200_OK)

    @extend_schema(
        operation_id="add_to_list", parameters=[IF_MATCH], responses={200: ListItemSerializer, 201: ListItemSerializer} | CHANGED
    )
    def put(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Put a paper at the end of the list, unless it is there; a note or tags that are given replace those there."""
        reading_list, paper, given = self.addable_list(), self._paper(), self._given()
        note = given.get("note")
        item, is_new = add_paper(reading_list=reading_list, paper=paper, user=reader_of(request), note=note or "")
        if note is not None and not is_new:
            try:
                self._write(item, note)
            except Unmet as unmet:
                raise self._problem(unmet) from unmet
        if "tag_names" in given:
            write_tags(item=self._changeable(item), names=given["tag_names"])
        return self._answer(item, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(
        operation_id="change_item", request=ItemChangeSerializer, parameters=[IF_MATCH], responses={200: ListItemSerializer} | CHANGED
    )
    def patch(self, request: Request, owner: str, slug: str, name: str) -> Response:
        """Replace the note or the tags of a paper of the list, or move the paper: before or after another one, or to a position."""
        item = self._item(self.addable_list())
        asked = ItemChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                self._move(item, asked.validated_data)
                if "note" in asked.validated_data:
                    self._write(item, asked.validated_data["note"])
                if "tags" in asked.validated_data:
                    write_tags(item=self._changeable(item), names=asked.validated_data["tags"])
        except Unmet as unmet:
            raise self._problem(unmet) from unmet
        return self._answer(item, status.HTTP_200_OK)

    def _write(self, item: ListItem, note: str) -> None:
        """Replace a note that the request names by If-Match (RFC 9110, 13.1.1), or put one where there is none."""
        changeable, seen = self._changeable(item), getattr(self.request, "seen", None)
        version = None
        if seen is not None:  # what If-Match named was there a moment ago; no note has version 0
            version = item.note_version if item.etag in tags_of_parts(seen) else 0
        try:
            write_note(item=changeable, note=note, user=reader_of(self.request), version=version)
        except NoteChanged as changed:
            raise Unmet(changed.item, 428 if seen is None else 412) from changed

    def _item(self, reading_list: ReadingList) -> ListItem:
        return get_object_or_404(ListItem.objects.select_related("reading_list__owner"), reading_list=reading_list, paper=self._paper())

    def _changeable(self, item: ListItem) -> ListItem:
        if not ListItem.objects.changeable_by(self.request.user).filter(pk=item.pk).exists():
            problem = PermissionDenied(_("You may change what you added to this list, and nothing else in it."))
            raise refusal(ListItem.objects.in_lists().filter(pk=item.pk), problem)
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
        return get_object_or_404(for_answer(Paper.objects.visible_to(user), self.request).called(self.kwargs["name"]))

    def _given(self) -> dict[str, Any]:
        serializer = self.get_serializer(data=self.request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _problem(self, unmet: Unmet) -> Problem:
        """With the item as it is now, which is what the program has to look at."""
        return (unseen if unmet.code == 428 else outdated)(self, self._answer(unmet.item, status.HTTP_200_OK))

    def _answer(self, item: ListItem, code: int) -> Response:
        found = items_of(self.request, self.reading_list()).get(pk=item.pk)
        answer: Any = Response(self.get_serializer(found).data, status=code)
        answer.parts = [found.etag]
        if self.request.method != "GET":  # whose bytes are hashed once they are written
            answer["ETag"] = entity_tag(self, answer)
        return answer
