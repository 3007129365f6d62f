"""The papers of a collection: put in, noted, moved and taken out."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from accounts.api.problems import Problem
from papers.actions.list_order import move_item_to
from papers.actions.lists import add_paper, remove_paper
from papers.actions.notes import write_note
from papers.hub.answers import found_or_404, key_of
from papers.hub.collections import CollectionAddress
from papers.hub.papers import no_such_paper
from papers.models import ListItem, Paper, ReadingList
from papers.refusing import refusal

LONGEST_NOTE = 500
PAPER = "paper"


class ThingSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(max_length=300)
    type = serializers.CharField(max_length=20)

    def validate_type(self, kind: str) -> str:
        if kind != PAPER:
            raise ValidationError(_("Collections here hold papers only; give the type “paper” and the paper's id."))
        return kind


class NewItemSerializer(serializers.Serializer[Any]):
    item = ThingSerializer()
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, allow_null=True, required=False)


class ItemChangeSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=10**9, required=False)


class CollectionItemsView(CollectionAddress):
    public_read = False

    def post(self, request: Request, owner: str, slug: str) -> Response:
        """Put a paper at the end of a collection; one that is there already is 409."""
        addable = ReadingList.objects.addable_by(request.user)
        reading_list = self.allowed(addable, _("You may read this collection but not add to it."))
        asked = NewItemSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        name, note = asked.validated_data["item"]["id"], asked.validated_data.get("note") or ""
        paper = found_or_404(Paper.objects.visible_to(request.user).called(name), no_such_paper(name))
        _added, is_new = add_paper(reading_list=reading_list, paper=paper, user=reader_of(request), note=note)
        if not is_new:
            raise Problem(_("This paper is in the collection already."), status=409)
        return Response(self.whole())


class CollectionItemView(CollectionAddress):
    """As on the Hub it has no GET, so there is no ETag that If-Match could name, and the last note written stays."""

    public_read = False

    def patch(self, request: Request, owner: str, slug: str, item: str) -> Response:
        """Replace the note beside a paper of the collection, or move the paper to a place counted from 0."""
        found = self._changeable()
        asked = ItemChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with transaction.atomic():
            if "position" in asked.validated_data:
                self.editable()
                move_item_to(item=found, place=asked.validated_data["position"])
            if "note" in asked.validated_data:
                write_note(item=found, note=asked.validated_data["note"], user=reader_of(request), version=found.note_version)
        return Response(self.whole())

    def delete(self, request: Request, owner: str, slug: str, item: str) -> Response:
        """Take a paper out of the collection."""
        found = self._changeable()
        remove_paper(reading_list=found.reading_list, paper=found.paper, user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _changeable(self) -> ListItem:
        """The item of the address, if the reader may change it: of a list that may only be added to, what they added."""
        reading_list, key = self.collection(), key_of(self.kwargs["item"])
        if key is None:
            raise NotFound(_no_such_item())
        items = ListItem.objects.select_related("paper", "reading_list__owner").filter(reading_list=reading_list)
        found: ListItem = found_or_404(items.filter(pk=key), _no_such_item())
        if not ListItem.objects.changeable_by(self.request.user).filter(pk=found.pk).exists():
            problem = PermissionDenied(_("You may read this collection but not change this paper of it."))
            raise refusal(ListItem.objects.in_lists().filter(pk=found.pk), problem)
        return found


def _no_such_item() -> str:
    return _("There is no such item in this collection.")
