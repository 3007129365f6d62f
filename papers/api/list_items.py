"""/lists/{owner}/{slug}/items/bulk/ and whole lists: many papers in one request, each that is refused named."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from accounts.models import Namespace
from papers.actions.list_copies import copy_list, merge_lists, move_list
from papers.actions.list_items import MOST_AT_ONCE, Change, add_papers, bring_back, copy_papers, move_papers, take_out
from papers.actions.list_lock import lock_all
from papers.actions.tagging import tag_papers, untag_papers
from papers.api.lists import ListAddress
from papers.api.serializers import ReadingListSerializer, TagNamesField
from papers.api.sync import IF_UNCHANGED, SEEN, Changed, told, version_in_header
from papers.models import ListItem, Paper, ReadingList

ACTIONS = ("add", "remove", "copy", "move", "undo", "tag", "untag")


class BulkSerializer(serializers.Serializer[Any]):
    """What to do with which papers: each by its slug, arXiv id or DOI, in any spelling."""

    action = serializers.ChoiceField(choices=ACTIONS)
    papers: Any = serializers.ListField(child=serializers.CharField(max_length=300), max_length=MOST_AT_ONCE, required=False, default=list)
    to = serializers.CharField(required=False, max_length=200, help_text="For copy and move: the list they go to, as owner/slug.")
    removal = serializers.UUIDField(required=False, help_text="For undo: what the answer to a removal gave.")
    tags = TagNamesField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = {"copy": "to", "move": "to", "undo": "removal", "tag": "tags", "untag": "tags"}.get(attrs["action"])
        if needed and needed not in attrs:
            raise serializers.ValidationError({needed: [_("This field is required.")]})
        return attrs


class RefusedPaperSerializer(serializers.Serializer[Any]):
    paper = serializers.CharField()
    reason = serializers.CharField()


class BulkAnswerSerializer(serializers.Serializer[Any]):
    done = serializers.ListField(child=serializers.CharField(), help_text="Slugs.")
    refused = RefusedPaperSerializer(many=True)
    removal = serializers.UUIDField(allow_null=True, help_text="Brings back what was taken out, for a day: {“action”: “undo”}.")


class BulkView(ListAddress):
    serializer_class = BulkSerializer
    public_read = False

    @extend_schema(operation_id="change_items", request=BulkSerializer, parameters=[IF_UNCHANGED], responses=BulkAnswerSerializer)
    def post(self, request: Request, owner: str, slug: str) -> Response:
        """Add, remove, copy, move, tag or untag up to 1,000 papers. What cannot be done is named with its reason; the rest is done."""
        asked = BulkSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        names: list[str] = wanted["papers"]
        found = Paper.objects.visible_to(request.user).keys_of(names)
        keys = list(dict.fromkeys(found[name] for name in names if name in found))
        change, now = self._change_seen(wanted, keys)
        slugs = dict(Paper.objects.filter(pk__in=[*change.done, *change.left]).values_list("pk", "slug"))
        refused = [{"paper": name, "reason": _("There is no such paper.")} for name in names if name not in found]
        refused += [{"paper": slugs[key], "reason": self._reason(wanted["action"])} for key in change.left if key in slugs]
        answer = {"done": [slugs[key] for key in change.done], "refused": refused, "removal": change.removal}
        response = Response(BulkAnswerSerializer(answer).data)
        return told(response, now) if now else response

    def _change_seen(self, wanted: dict[str, Any], keys: Sequence[int]) -> tuple[Change, ReadingList | None]:
        """Change the list; where the program names the version that it has seen, only that one, and return the list after it, too."""
        seen = version_in_header(self.request, SEEN)
        if seen is None:
            return self._change(wanted, keys), None
        with transaction.atomic():
            lock_all([self.reading_list(), *([self._target(wanted["to"])] if "to" in wanted else [])])
            if self.reading_list().last_version != seen:
                raise Changed
            return self._change(wanted, keys), self.reading_list()

    def _change(self, wanted: dict[str, Any], keys: Sequence[int]) -> Change:
        reader, action = reader_of(self.request), wanted["action"]
        if action == "add":
            return add_papers(reading_list=self.addable_list(), papers=keys, user=reader)
        if action == "remove":
            mine = ListItem.objects.changeable_by(reader)
            return take_out(reading_list=self.addable_list(), papers=keys, user=reader, items=mine)
        if action == "undo":
            return bring_back(reading_list=self.addable_list(), removal=wanted["removal"], user=reader)
        if action in {"tag", "untag"}:
            return self._tag(wanted, keys)
        if action == "copy":
            return copy_papers(source=self.reading_list(), target=self._target(wanted["to"]), papers=keys, user=reader)
        return move_papers(source=self.editable_list(), target=self._target(wanted["to"]), papers=keys, user=reader)

    def _tag(self, wanted: dict[str, Any], keys: Sequence[int]) -> Change:
        change, mine = tag_papers if wanted["action"] == "tag" else untag_papers, ListItem.objects.changeable_by(self.request.user)
        done = set(change(reading_list=self.addable_list(), papers=keys, names=wanted["tags"], items=mine))
        return Change(done=[key for key in keys if key in done], left=[key for key in keys if key not in done])

    def _target(self, name: str) -> ReadingList:
        owner, _slash, slug = name.partition("/")
        target = ReadingList.objects.visible_to(self.request.user).for_cards().at(owner, slug).first()
        if target is None:
            raise ValidationError({"to": [_("There is no such list.")]})
        if not ReadingList.objects.addable_by(self.request.user).filter(pk=target.pk).exists():
            raise PermissionDenied(_("You may read this list but not add to it."))
        return target

    def _reason(self, action: str) -> str:
        here = {
            "add": _("It is in the list already."),
            "undo": _("It is in the list again."),
            "tag": _("It is not in the list, or not yours to change."),
            "untag": _("It has none of these tags, or is not yours to change."),
        }
        other = _("It is not in this list, or in the other one already.")
        return here.get(action) or (_("It is not in the list, or not yours to take out.") if action == "remove" else other)


class WholeListSerializer(serializers.Serializer[Any]):
    """`copy` and `move` name an owner, `merge` a list as owner/slug into which this one goes."""

    action = serializers.ChoiceField(choices=("copy", "move", "merge"))
    to = serializers.CharField(max_length=200)


class WholeListView(ListAddress):
    serializer_class = WholeListSerializer
    public_read = False

    @extend_schema(operation_id="copy_list", request=WholeListSerializer, responses=ReadingListSerializer)
    def post(self, request: Request, owner: str, slug: str) -> Response:
        """Copy a list under a name, hand it to another one, or merge it into another list; the answer is the list there is then."""
        asked = WholeListSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reading_list, reader = self.reading_list(), reader_of(request)
        action, to = asked.validated_data["action"], asked.validated_data["to"]
        if action == "merge":
            made = self._merge(reading_list, to)
        else:
            name = get_object_or_404(Namespace.objects.of_member(reader).called(to))
            made = (copy_list if action == "copy" else move_list)(reading_list=reading_list, owner=name, user=reader)
        shown = ReadingList.objects.for_cards().get(pk=made.pk)
        code = status.HTTP_201_CREATED if action == "copy" else status.HTTP_200_OK
        return Response(ReadingListSerializer(shown, context=self.get_serializer_context()).data, status=code)

    def _merge(self, reading_list: ReadingList, to: str) -> ReadingList:
        owner, _slash, slug = to.partition("/")
        keep = get_object_or_404(ReadingList.objects.visible_to(self.request.user).at(owner, slug))
        merge_lists(keep=keep, other=reading_list, user=reader_of(self.request))
        return keep
