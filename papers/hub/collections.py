"""Reading lists as the Hugging Face client's collections: listed, read, made, changed and deleted."""

from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parameters import choice
from accounts.api.permissions import reader_of
from accounts.api.problems import Problem
from accounts.models import HouseRules, Namespace, Scope
from papers.actions.lists import change_list, create_list_once, delete_list
from papers.hub.answers import HubView, found_or_404, key_of, page, warning
from papers.hub.collection_shape import collection, for_hub, slug_of
from papers.models import ListItem, Paper, ReadingList, Visibility
from papers.models.reading_list import ReadingListQuerySet

LONGEST_DESCRIPTION = 150
ITEMS_IN_LISTS, MOST_ITEMS, MOST_COLLECTIONS, MOST_NAMES = 4, 1_000, 100, 20
SORTS = {"lastModified": ("-updated_at", "-pk"), "trending": ("-lately", "-pk"), "upvotes": ("-upvotes", "-pk")}


class CollectionSerializer(serializers.Serializer[Any]):
    """What a program may say of a collection."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, allow_blank=True, required=False)
    private = serializers.BooleanField(required=False)
    theme = serializers.CharField(max_length=20, required=False)
    position = serializers.IntegerField(required=False)


class NewCollectionSerializer(CollectionSerializer):
    namespace = serializers.CharField(max_length=39, required=False)
    resourceGroupId = serializers.CharField(required=False, allow_null=True)  # noqa: N815  # the client's name


class CollectionAddress(HubView):
    """Finds the collection of an address by its last word: not visible is 404, visible but not the reader's to change is 403."""

    public_read, read_scope, write_scope = True, Scope.LISTS_READ, Scope.LISTS_WRITE

    def collection(self) -> ReadingList:
        key = key_of(self.kwargs["slug"])
        words = _("There is no collection %(slug)s that you may see.") % {
            "slug": "/".join([self.kwargs["owner"], self.kwargs["slug"]])[:150]
        }
        if key is None:
            raise NotFound(words)
        return found_or_404(for_hub(ReadingList.objects.visible_to(self.request.user)).filter(pk=key), words)

    def allowed(self, lists: ReadingListQuerySet, words: str) -> ReadingList:
        """Return the collection if it is among some lists, such as those that may be edited; else say in words that it is not."""
        found = self.collection()
        if not lists.filter(pk=found.pk).exists():
            raise PermissionDenied(words)
        return found

    def editable(self) -> ReadingList:
        return self.allowed(ReadingList.objects.editable_by(self.request.user), _("You may read this collection but not change it."))

    def whole(self) -> dict[str, Any]:
        """The collection as it is now, with its papers and its place among its owner's."""
        found = self.collection()
        items = ListItem.objects.filter(reading_list=found).select_related("paper__stats").order_by("position", "pk")
        before = ReadingList.objects.visible_to(self.request.user).filter(owner=found.owner_id, pk__lt=found.pk)
        return collection(found, list(items[:MOST_ITEMS])) | {"position": before.count()}


class CollectionsView(HubView):
    public_read, read_scope, write_scope = True, Scope.LISTS_READ, Scope.LISTS_WRITE

    def get(self, request: Request) -> Response:
        """Collections you may read, of some owners or with some papers, each with its first papers: follow the Link header."""
        lists = for_hub(_named(request, ReadingList.objects.visible_to(request.user)))
        first = ListItem.objects.select_related("paper__stats").order_by("position", "pk")[:ITEMS_IN_LISTS]
        lists = lists.prefetch_related(Prefetch("items", first, to_attr="first_items"))
        order = SORTS[choice(request, "sort", usual="lastModified", choices=tuple(SORTS))]
        found, headers = page(request, lists, order, usual=25, most=MOST_COLLECTIONS, highest=10**6)  # the client's limit is for all pages
        return Response([collection(each, each.first_items) for each in found], headers=headers)

    def post(self, request: Request) -> Response:
        """Make a collection of your own or of a team; where the owner has one of that title the answer is 409 with its slug."""
        asked = NewCollectionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, reader = asked.validated_data, reader_of(request)
        if wanted.get("resourceGroupId"):
            raise PermissionDenied(no_groups())
        owner = _owner(request, wanted.get("namespace"))
        visibility = open_wide() if wanted.get("private") is False else Visibility.PRIVATE
        words = {"title": wanted["title"], "description": wanted.get("description", ""), "visibility": visibility}
        made, is_new = create_list_once(owner=owner, user=reader, **words)
        if not is_new:
            raise Problem(_("There is a collection of this title already."), status=409, slug=slug_of(made))
        shown = for_hub(ReadingList.objects.visible_to(reader)).get(pk=made.pk)
        place = ReadingList.objects.filter(owner=owner, pk__lt=made.pk).count()
        return Response(collection(shown, []) | {"position": place}, status=status.HTTP_201_CREATED)


class CollectionView(CollectionAddress):
    def get(self, request: Request, owner: str, slug: str) -> Response:
        """A collection with its papers, by any address it ever had."""
        return Response(self.whole())

    def patch(self, request: Request, owner: str, slug: str) -> Response:
        """Change title, description, theme, or who may read it; a new title makes a new address, and the old one leads on."""
        reading_list = self.editable()
        asked = CollectionSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changes = dict(asked.validated_data)
        headers = warning("position", no_order()) if changes.pop("position", None) is not None else {}
        private = changes.pop("private", None)
        if private is not None and private is not (reading_list.open_to == Visibility.PRIVATE):
            changes["visibility"] = Visibility.PRIVATE if private else open_wide()
        if changes:
            change_list(reading_list=reading_list, user=reader_of(request), **changes)
        return Response({"data": self.whole()}, headers=headers)

    def delete(self, request: Request, owner: str, slug: str) -> Response:
        """Delete the collection with its notes, as one who manages it."""
        managed = ReadingList.objects.managed_by(request.user)
        reading_list = self.allowed(managed, _("Only those who manage this collection may delete it."))
        delete_list(reading_list=reading_list, user=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ResourceGroupView(CollectionAddress):
    def post(self, request: Request, owner: str, slug: str) -> Response:
        """There are no resource groups here, so none can be set; to have none is how it is."""
        self.editable()
        if isinstance(request.data, dict) and request.data.get("resourceGroupId") is None:
            return Response(self.whole())
        raise PermissionDenied(no_groups())


@require_safe
def collection_page(request: HttpRequest, owner: str, slug: str) -> HttpResponse:
    """Lead from the address that the client prints for a collection to the list's page."""
    key = key_of(slug)
    if key is None:
        raise Http404
    return redirect(get_object_or_404(ReadingList.objects.visible_to(request.user).select_related("owner"), pk=key))


def open_wide() -> str:
    """How open a list is that is not private: as open as this instance is."""
    return Visibility.PUBLIC if HouseRules.current().public_reading else Visibility.INSTANCE


def no_order() -> str:
    return _("Lists have no order among each other here, so a list keeps its place.")


def no_groups() -> str:
    return _("There are no resource groups here. Make a team and keep the collection there, or share it with people by name.")


def _named(request: Request, lists: ReadingListQuerySet) -> ReadingListQuerySet:
    """Those of any of the owners, and with any of the items, that the program names; only papers are items here."""
    if owners := request.query_params.getlist("owner")[:MOST_NAMES]:
        called = Q()
        for name in owners:
            called |= Q(owner__in=Namespace.objects.called(name).values("pk"))
        lists = lists.filter(called)
    if items := request.query_params.getlist("item")[:MOST_NAMES]:
        names = [item.removeprefix("papers/") for item in items if item.startswith("papers/")]
        keys = Paper.objects.visible_to(request.user).keys_of(names).values()
        lists = lists.filter(pk__in=ListItem.objects.in_lists().filter(paper__in=keys).values("reading_list"))
    return lists


def _owner(request: Request, name: str | None) -> Namespace:
    """The name under which to make a collection: without one, the reader's own, or with a team's key the team's."""
    reader = reader_of(request)
    own = Q(team=reader.only_team_id) if reader.only_team_id else Q(user=reader)
    meant = Q(pk__in=Namespace.objects.called(name).values("pk")) if name else own
    owner = Namespace.objects.writable_by(reader).filter(meant).first()
    if owner is None:
        raise PermissionDenied(_("You cannot keep collections under the name %(name)s.") % {"name": name or ""})
    return owner
