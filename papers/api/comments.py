"""/papers/…/comments/, the same of a team's list's item, and /comments/: reading, writing, changing, reporting."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, Serializer

from accounts.api.conditions import outdated, unseen
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.schema import CHANGED
from papers.actions.commenting import Outdated, change_comment, delete_comment, write_comment
from papers.actions.moderating import report_comment
from papers.api.talk import CommentEditSerializer, CommentSerializer, ReportSerializer, TalkView, etag
from papers.models import Comment, CommentEdit, ListItem, Paper
from papers.models.comment import CommentQuerySet, moderates

THREAD = OpenApiParameter("thread", int, description="Only the thread that this comment opened.")


class _Discussion(TalkView, ListAPIView[Comment]):
    serializer_class = CommentSerializer
    pagination_class = KeysetPagination

    def place(self) -> tuple[Paper, ListItem | None]:
        return self.paper(), None

    def get_queryset(self) -> CommentQuerySet:
        comments = Comment.objects.visible_to(self.request.user).of(*self.place()).for_page()
        return comments.in_thread(self._thread()) if "thread" in self.request.query_params else comments

    def keyset_order(self) -> Sequence[str]:
        return ("pk",)

    def _thread(self) -> int:
        text = self.request.query_params["thread"]
        if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
        raise ValidationError({"thread": [_("Give the number of a comment.")]})

    def write(self, request: Request) -> Response:
        paper, item = self.place()
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        parent = None
        if pk := asked.validated_data.get("parent_id"):
            parent = Comment.objects.of(paper, item).filter(pk=pk).first()
            if parent is None:
                raise ValidationError({"parent": [_("There is no such comment in this discussion.")]})
        written = write_comment(author=reader_of(request), paper=paper, item=item, text=asked.validated_data["text"], parent=parent)
        found = Comment.objects.for_page().get(pk=written.pk)
        return Response(self.get_serializer(found).data, status=status.HTTP_201_CREATED, headers={"ETag": etag(found)})


class PaperCommentsView(_Discussion):
    public_read = True

    @extend_schema(operation_id="comments", parameters=[THREAD])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is said about a paper, the oldest first; `thread` and `parent` tell what answers what."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="write_comment", responses={201: CommentSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Comment on a paper, or answer a comment (`parent`). The same words sent twice are one comment."""
        return self.write(request)


class ItemCommentsView(_Discussion):
    def place(self) -> tuple[Paper, ListItem | None]:
        item = self.item()
        return item.paper, item

    @extend_schema(operation_id="item_comments", parameters=[THREAD])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What a team says about a paper of one of its lists; nobody else may read it."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="write_item_comment", responses={201: CommentSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Comment on a paper of a team's list, for the team only."""
        return self.write(request)


class ChangeSerializer(Serializer[Any]):
    text = CharField(max_length=Comment.LONGEST)


class CommentView(TalkView):
    public_read = True

    @extend_schema(operation_id="comment", responses=CommentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One comment; its ETag is what a change has to name."""
        return self._answer(self.comment())

    @extend_schema(
        operation_id="change_comment",
        request=ChangeSerializer,
        parameters=[OpenApiParameter("If-Match", str, "header", required=True, description="The ETag of the comment as you know it.")],
        responses={200: CommentSerializer, **CHANGED},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change a comment of yours. Where it has changed since you read it, the answer is 412 with the comment as it is now."""
        comment = self._own()
        asked = ChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if "If-Match" not in request.headers:
            raise unseen(self, self._answer(comment))
        try:
            change_comment(comment=comment, text=asked.validated_data["text"], version=comment.version)
        except Outdated as changed:
            raise outdated(self, self._answer(self.comment())) from changed
        return self._answer(self.comment())

    @extend_schema(operation_id="delete_comment", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take a comment of yours away; its place stays, and its words are forgotten."""
        comment = self._own()
        delete_comment(comment=comment)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _own(self) -> Comment:
        comment = self.comment()
        if not Comment.objects.editable_by(self.request.user).filter(pk=comment.pk).exists():
            raise PermissionDenied(_("You may read this comment but not change it."))
        return comment

    def _answer(self, comment: Comment) -> Response:
        return Response(CommentSerializer(comment, context={"request": self.request}).data, headers={"ETag": etag(comment)})


class CommentEditsView(TalkView, ListAPIView[CommentEdit]):
    serializer_class = CommentEditSerializer
    pagination_class = KeysetPagination
    queryset = CommentEdit.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        comment = self.comment()
        if comment.author_id != reader_of(self.request).pk and not moderates(self.request.user):
            raise PermissionDenied(_("What it said before is for its author."))
        return comment.edits.all()

    def keyset_order(self) -> Sequence[str]:
        return ("-version",)

    @extend_schema(operation_id="comment_edits")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What a comment of yours said before, the latest first."""
        return super().get(request, *args, **kwargs)


class CommentReportView(TalkView):
    @extend_schema(operation_id="report_comment", request=ReportSerializer, responses={200: ReportSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Ask those who moderate to look at a comment. A second report replaces your first one until it is settled."""
        shown = Comment.objects.filter(deleted_at__isnull=True, hidden_at__isnull=True)
        comment = get_object_or_404(shown.visible_to(request.user), pk=pk)
        asked = ReportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        report = report_comment(reporter=reader_of(request), comment=comment, **asked.validated_data)
        report.refresh_from_db()
        return Response(ReportSerializer(report).data)
