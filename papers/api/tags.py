"""/tags/{owner}/: tags of people and teams, and the papers with one as a file."""

from collections.abc import Sequence
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import KeysetPagination
from accounts.api.sparse import Sparse
from accounts.models import Namespace, Scope
from papers.actions.tags import change_tag, create_tag, delete_tag, merge_tags
from papers.api.export import FILE, PAPERS_FORM, STYLE
from papers.api.serializers import PageAddress
from papers.downloads import tag_download
from papers.models import Colour, Tag
from papers.models.reading_list import holders_visible_to
from papers.models.tag import BY_NAME, TagQuerySet


class TagSerializer(Sparse, serializers.ModelSerializer[Tag]):
    """A tag; leave `colour` out and it gets one."""

    url = PageAddress()
    owner = serializers.CharField(source="owner.name", read_only=True)
    colour = serializers.ChoiceField(choices=Colour.choices, required=False)
    paper_count = serializers.IntegerField(read_only=True, help_text="Papers that carry it, in lists that you may see.")

    class Meta:
        model = Tag
        fields = ["owner", "name", "url", "colour", "paper_count"]


class MergeTagSerializer(serializers.Serializer[Any]):
    into = serializers.CharField(max_length=200, help_text="The name of the tag that stays, of the same owner.")


class _Tags(GenericAPIView[Any]):
    """Finds the tags of an address: not visible is 404, visible but not the reader's to change is 403."""

    serializer_class = TagSerializer
    public_read, read_scope, write_scope = True, Scope.LISTS_READ, Scope.LISTS_WRITE

    def visible(self) -> TagQuerySet:
        return Tag.objects.visible_to(self.request.user).with_counts_for(self.request.user)

    def tag(self) -> Tag:
        return get_object_or_404(self.visible().at(self.kwargs["owner"], self.kwargs["name"]))

    def editable_tag(self) -> Tag:
        tag = self.tag()
        if not Tag.objects.editable_by(self.request.user).filter(pk=tag.pk).exists():
            raise PermissionDenied(_("You may see this tag but not change it."))
        return tag

    def holder(self) -> Namespace:
        return get_object_or_404(holders_visible_to(self.request.user).called(self.kwargs["owner"]))


class TagsView(ListModelMixin, _Tags):
    pagination_class = KeysetPagination
    queryset = Tag.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        return self.visible().filter(owner=self.holder()).select_related("owner").by_name()

    def keyset_order(self) -> Sequence[str]:
        return BY_NAME

    @extend_schema(operation_id="tags")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The tags of a person or a team that you may see, by name."""
        return self.list(request, *args, **kwargs)

    @extend_schema(operation_id="create_tag", responses={201: TagSerializer})
    def post(self, request: Request, owner: str) -> Response:
        """Make a tag of your own, or of a team in which you may change lists. Tagging a paper makes what is missing, too."""
        holder, asked = self.holder(), self.get_serializer(data=request.data)
        if not Namespace.objects.writable_by(request.user).filter(pk=holder.pk).exists():
            raise PermissionDenied(_("You cannot make tags under this name."))
        asked.is_valid(raise_exception=True)
        made = create_tag(owner=holder, **asked.validated_data)
        return Response(self.get_serializer(self.visible().select_related("owner").get(pk=made.pk)).data, status=status.HTTP_201_CREATED)


class TagView(_Tags):
    @extend_schema(operation_id="tag")
    def get(self, request: Request, owner: str, name: str) -> Response:
        """One tag."""
        return Response(self.get_serializer(self.tag()).data)

    @extend_schema(operation_id="change_tag")
    def patch(self, request: Request, owner: str, name: str) -> Response:
        """Rename a tag or give it another colour, wherever it is. A name that another tag has is 409: merge them."""
        tag = self.editable_tag()
        asked = self.get_serializer(tag, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        changed = change_tag(tag=tag, **({"name": tag.name, "colour": tag.colour} | asked.validated_data))
        return Response(self.get_serializer(changed).data)

    @extend_schema(operation_id="merge_tag", request=MergeTagSerializer, responses=TagSerializer)
    def post(self, request: Request, owner: str, name: str) -> Response:
        """Make a tag part of another one of the same owner: its papers get that one, and it is gone. The answer is the one that stays."""
        tag, asked = self.editable_tag(), MergeTagSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        keep = Tag.objects.filter(owner=tag.owner).called(asked.validated_data["into"]).first()
        if keep is None:
            raise ValidationError({"into": [_("There is no such tag.")]})
        merge_tags(keep=keep, other=tag)
        return Response(self.get_serializer(self.visible().select_related("owner").get(pk=keep.pk)).data)

    @extend_schema(operation_id="delete_tag", responses={204: None})
    def delete(self, request: Request, owner: str, name: str) -> Response:
        """Delete a tag; the papers stay in their lists."""
        delete_tag(tag=self.editable_tag())
        return Response(status=status.HTTP_204_NO_CONTENT)


class TagFileView(APIView):
    public_read, read_scope = True, Scope.LISTS_READ

    @extend_schema(operation_id="tag_file", parameters=[PAPERS_FORM, STYLE], responses=FILE)
    def get(self, request: Request, owner: str, name: str, form: str) -> HttpResponseBase:
        """The papers with a tag as a file, over all lists that you may see."""
        return tag_download(request, get_object_or_404(Tag.objects.visible_to(request.user).at(owner, name)), form)
