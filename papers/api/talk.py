"""How comments look as JSON, what may be written, and where a discussion is found. Shared by the endpoints about discussions."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.views import APIView

from accounts.api.sparse import Sparse
from accounts.models import Scope
from papers.api.serializers import PageAddress
from papers.markup.markdown import html
from papers.models import Comment, CommentEdit, CommentReport, ListItem, Paper, ReadingList
from papers.models.comment import items_discussed_by


class TalkView(APIView):
    """Finds what is talked about."""

    read_scope, write_scope = Scope.COMMENTS_READ, Scope.COMMENTS_WRITE

    def paper(self) -> Paper:
        return get_object_or_404(Paper.objects.visible_to(self.request.user).called(self.kwargs["name"]))

    def item(self) -> ListItem:
        """An item of a team's list: what cannot be seen, or belongs to no team, is 404; others' is 403."""
        lists = ReadingList.objects.visible_to(self.request.user).at(self.kwargs["owner"], self.kwargs["slug"])
        reading_list = get_object_or_404(lists, owner__team__isnull=False)
        items = ListItem.objects.filter(reading_list=reading_list).select_related("paper", "reading_list__owner__team")
        item = get_object_or_404(items, paper=self.paper())
        if not items_discussed_by(self.request.user).filter(pk=item.pk).exists():
            raise PermissionDenied(_("Only the team talks about this."))
        return item

    def comment(self) -> Comment:
        return get_object_or_404(Comment.objects.visible_to(self.request.user).for_page(), pk=self.kwargs["pk"])


class CommentSerializer(Sparse, serializers.ModelSerializer[Comment]):
    """A comment, or its place: one that is deleted, or hidden from you, has no words and no author."""

    url = PageAddress()
    paper = serializers.CharField(source="paper.slug", read_only=True)
    author = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField(help_text="shown, hidden or deleted")
    text = serializers.CharField(max_length=Comment.LONGEST, help_text="Markdown with LaTeX.")
    html = serializers.SerializerMethodField(help_text="The text as this site shows it, safe to put into a page.")
    parent: Any = serializers.IntegerField(source="parent_id", required=False, allow_null=True, min_value=1, max_value=2**62)
    thread = serializers.IntegerField(source="opening_id", read_only=True)

    class Meta:
        model = Comment
        fields = ["id", "url", "paper", "item", "thread", "parent", "author", "state", "text", "html", "version", "written_at", "edited_at"]
        read_only_fields = ["item", "version", "written_at", "edited_at"]

    def get_author(self, comment: Comment) -> str | None:
        return comment.author.handle if comment.author and self._is_readable(comment) else None

    def get_state(self, comment: Comment) -> str:
        if comment.deleted_at or (not comment.is_shown and not comment.hidden_at):
            return "deleted"
        return "hidden" if comment.hidden_at else "shown"

    def get_html(self, comment: Comment) -> str:
        return html(comment.text, people=comment.people) if self._is_readable(comment) else ""

    def to_representation(self, instance: Comment) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {"text": ""} if "text" in shown and not self._is_readable(instance) else shown

    def _is_readable(self, comment: Comment) -> bool:
        return comment.is_readable_by(self.context["request"].user)


class CommentEditSerializer(Sparse, serializers.ModelSerializer[CommentEdit]):
    class Meta:
        model = CommentEdit
        fields = ["version", "text", "written_at"]


class ReportSerializer(serializers.ModelSerializer[CommentReport]):
    class Meta:
        model = CommentReport
        fields = ["reason", "words", "state", "made_at"]
        read_only_fields = ["state", "made_at"]


def etag(comment: Comment) -> str:
    """Return the entity tag of a comment: another one after whatever happened to it."""
    return f'"comment-{comment.pk}-{comment.version}"'
