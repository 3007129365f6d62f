"""/follows/: what the reader follows, and /me/following/: the stream that comes of it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.actions.memberships import Refused
from accounts.api.pagination import KeysetPagination, page_size, paged
from accounts.api.permissions import allows, reader_of
from accounts.api.sparse import Sparse
from accounts.keyset import BadCursor, KeysetPage
from accounts.models import Namespace, Scope, User
from papers.actions.following import follow, unfollow
from papers.actions.interests import follow_category, forget_search, save_search, unfollow_category
from papers.api.cards import for_answer
from papers.api.serializers import PaperCardSerializer
from papers.following import Followed, reasons_for, stream_page
from papers.interests import search_of
from papers.models import Author, Category, Follow, Interest, Paper, ReadingList
from papers.models.follow import Target, holders_followable_by
from papers.search.similar import in_order

KINDS = ("author", "category", "list", "person", "search", "team")
INTERESTS = {"category": Interest.Kind.CATEGORY, "search": Interest.Kind.SEARCH}
NAMED = [OpenApiParameter("kind", location=OpenApiParameter.PATH, enum=list(KINDS))]


class FollowSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(list(KINDS))
    name = serializers.CharField(
        help_text="An author's name, a category's code, the name of a person or team, owner/slug of a list, a search."
    )
    title = serializers.CharField(help_text="What people call it.")
    since = serializers.DateTimeField()


class FollowsSerializer(serializers.Serializer[Any]):
    results = FollowSerializer(many=True)


class FollowingSerializer(serializers.Serializer[Any]):
    following = serializers.BooleanField()


class ReasonSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["by_author", "in_list", "in_more_lists", "upvoted_by", "in_category"])
    names: Any = serializers.ListField(child=serializers.CharField(), help_text="Of authors, people or categories.")
    place = serializers.CharField(allow_blank=True, help_text="The title of the list, or empty.")
    count = serializers.IntegerField(help_text="With in_more_lists: how many lists are not named.")
    text = serializers.CharField()


class StreamEntrySerializer(Sparse):
    at = serializers.DateTimeField(help_text="When it last came up.")
    reasons = ReasonSerializer(many=True)
    paper = PaperCardSerializer()


class FollowsView(APIView):
    read_scope = Scope.DIGESTS_READ

    @extend_schema(operation_id="follows", responses=FollowsSerializer)
    def get(self, request: Request) -> Response:
        """What you follow and may still see. Categories and searches are interests; lists need lists:read, teams teams:read."""
        user = reader_of(request)
        interests = Interest.objects.filter(user=user, kind__in=INTERESTS.values()).order_by("kind", "value")
        rows = [
            {"kind": kind, "name": value, "title": value, "since": since}
            for kind, value, since in interests.values_list("kind", "value", "created_at")
        ]
        for one in Follow.objects.shown_to(user).order_by("pk"):
            needs = Scope.LISTS_READ if one.reading_list else Scope.TEAMS_READ if one.namespace and one.namespace.is_team else None
            if needs is None or allows(request, needs):
                kind, name, title = _told(one.target)
                rows.append({"kind": kind, "name": name, "title": title, "since": one.created_at})
        return Response(FollowsSerializer({"results": rows}).data)


class FollowView(APIView):
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="is_followed", parameters=NAMED, responses=FollowingSerializer)
    def get(self, request: Request, kind: str, name: str) -> Response:
        """Whether you follow something, by its kind and name; an author also under other names of the same person."""
        user = reader_of(request)
        if kind in INTERESTS:
            return _following(
                Interest.objects.filter(user=user, kind=INTERESTS[kind], value=search_of(name) if kind == "search" else name).exists()
            )
        return _following(Follow.objects.of_reader(user).about(self._target(user, kind, name)).exists())

    @extend_schema(operation_id="follow", parameters=NAMED, request=None, responses=FollowingSerializer)
    def put(self, request: Request, kind: str, name: str) -> Response:
        """Follow an author, a category, a person, a team, a list, or save a search. Doing it twice is doing it once."""
        user = reader_of(request)
        if kind in INTERESTS:
            self._keep(user, kind, name)
            return _following(True)
        try:
            follow(user=user, target=self._target(user, kind, name))
        except Refused as refused:
            raise ValidationError({"name": [str(refused)]}) from refused
        return _following(True)

    @extend_schema(operation_id="unfollow", parameters=NAMED, responses={204: None})
    def delete(self, request: Request, kind: str, name: str) -> Response:
        """Follow it no longer; what is not followed is let go already."""
        user = reader_of(request)
        if kind == "category":
            unfollow_category(user=user, code=name)
        elif kind == "search":
            forget_search(user=user, text=name)
        else:
            unfollow(user=user, target=self._target(user, kind, name))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _keep(self, user: User, kind: str, name: str) -> None:
        if kind == "category":
            kept = follow_category(user=user, code=get_object_or_404(Category, slug=name).slug)
        else:
            kept = save_search(user=user, text=name)
        if not kept:
            raise ValidationError({"name": [_("This is too long, or you follow as many as anybody can.")]})

    def _target(self, user: User, kind: str, name: str) -> Target:
        """Return what is meant, if the reader may see it; a token needs lists:read to name a list."""
        if kind == "author":
            return get_object_or_404(Author, name=name)
        if kind in {"person", "team"}:
            holders = holders_followable_by(user).filter(team__isnull=kind == "person").called(name)
            return get_object_or_404(holders.select_related("user", "team"))
        if kind == "list" and allows(self.request, Scope.LISTS_READ):
            owner, _slash, slug = name.partition("/")
            return get_object_or_404(ReadingList.objects.visible_to(user).for_cards().at(owner, slug))
        raise Http404


class FollowingView(APIView):
    read_scope = Scope.DIGESTS_READ
    pagination_class = KeysetPagination  # for the schema; a stream is no queryset

    @extend_schema(operation_id="following", responses=StreamEntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        """Papers from what you follow, each once, where it last came up, the latest first, with all reasons."""
        reader = reader_of(request)
        followed = Followed(reader, None if allows(request, Scope.LISTS_READ) else AnonymousUser())
        page = self._page(request, followed)
        keys = [entry.paper_key for entry in page.items]
        reasons = reasons_for(followed, keys)
        papers = {paper.pk: paper for paper in in_order(for_answer(Paper.objects.visible_to(reader), self.request), keys)}
        rows = [
            {"at": one.at, "reasons": reasons[one.paper_key], "paper": papers[one.paper_key]}
            for one in page.items
            if one.paper_key in papers
        ]
        following = replace_query_param(request.build_absolute_uri(), "cursor", page.next_cursor) if page.next_cursor else None
        return paged(following, {"next": following, "results": StreamEntrySerializer(rows, many=True, context={"request": request}).data})

    def _page(self, request: Request, followed: Followed) -> KeysetPage:
        try:
            return stream_page(followed, request.query_params.get("cursor", ""), page_size(request))
        except BadCursor as problem:
            raise ValidationError({"cursor": [_("Take the cursor from the “next” link of the page before.")]}) from problem


def _following(is_followed: bool) -> Response:
    return Response(FollowingSerializer({"following": is_followed}).data)


def _told(target: Target) -> tuple[str, str, str]:
    if isinstance(target, Author):
        return "author", target.name, target.name
    if isinstance(target, Namespace):
        return "team" if target.is_team else "person", target.name, target.display_name
    return "list", f"{target.owner.name}/{target.slug}", target.title
