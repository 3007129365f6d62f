"""Moderation in the admin site: what readers report, and what is done about it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from papers.actions.moderating import dismiss_reports, hide_comment, restore_comment, warn_author
from papers.markup.markdown import excerpt
from papers.models import Comment, CommentEdit, CommentReport

MOST_SETTLED = 50  # reports in one go
HIDE, WARN, DISMISS = "hide", "warn", "dismiss"


class SettleForm(forms.Form):
    """What is done about reported comments, and what their authors are told."""

    outcome = forms.ChoiceField(
        label=_("What is done"),
        choices=[(HIDE, _("Hide them")), (WARN, _("Warn their authors, and leave them")), (DISMISS, _("Dismiss the reports"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("Words to the authors"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == WARN and not cleaned.get("words", "").strip():
            self.add_error("words", _("A warning says what was wrong."))
        return cleaned


class LookOnly:
    """Rows that readers made: to look at, and to act on by actions."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReportInline(LookOnly, admin.TabularInline):
    model = CommentReport
    fk_name = "comment"
    extra = 0
    fields = ["reason", "words", "reporter", "state", "made_at", "settled_by"]


class EditInline(LookOnly, admin.TabularInline):
    model = CommentEdit
    extra = 0
    fields = ["version", "text", "written_at"]


@admin.register(Comment)
class CommentAdmin(LookOnly, admin.ModelAdmin):
    """Comments; one that is hidden keeps its place and can be shown again."""

    actions = ["hide", "restore"]
    inlines = [ReportInline, EditInline]
    list_display = ["beginning", "author", "paper", "written_at", "hidden_at", "deleted_at"]
    list_filter = [("hidden_at", admin.EmptyFieldListFilter), ("reports", admin.EmptyFieldListFilter), "written_at"]
    list_select_related = ["author__namespace", "paper"]
    search_fields = ["text", "author__email", "author__namespace__name", "=paper__slug"]
    show_full_result_count = False
    ordering = ["-pk"]
    fields = ["text", "author", "paper", "item", "parent", "written_at", "edited_at", "deleted_at", "hidden_at"]

    @admin.display(description=_("comment"))
    def beginning(self, comment: Comment) -> str:
        return excerpt(comment.text, length=80) or "—"

    @admin.action(description=_("Hide from everybody but their authors"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        count = sum(hide_comment(comment=comment, by=request.user) for comment in queryset)  # type: ignore[arg-type]
        self.message_user(request, _("%(n)d hidden.") % {"n": count}, messages.SUCCESS)

    @admin.action(description=_("Show again"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        count = sum(restore_comment(comment=comment, by=request.user) for comment in queryset)  # type: ignore[arg-type]
        self.message_user(request, _("%(n)d shown again.") % {"n": count}, messages.SUCCESS)


@admin.register(CommentReport)
class CommentReportAdmin(LookOnly, admin.ModelAdmin):
    """The queue of those who moderate: open reports first."""

    actions = ["settle"]
    list_display = ["comment_text", "reason", "words", "reporter", "state", "made_at", "settled_by"]
    list_filter = ["state", "reason", "made_at"]
    list_select_related = ["comment", "reporter__namespace", "settled_by__namespace"]
    search_fields = ["comment__text", "comment__author__namespace__name", "reporter__namespace__name"]
    show_full_result_count = False
    ordering = ["settled_at", "-pk"]
    sortable_by = ["made_at", "state"]

    @admin.display(description=_("comment"))
    def comment_text(self, report: CommentReport) -> str:
        return excerpt(report.comment.text, length=120) or "—"

    @admin.action(description=_("Decide about these reports"), permissions=["change"])
    def settle(self, request: HttpRequest, queryset: QuerySet[CommentReport]) -> HttpResponse | None:
        """Show what was reported and why, then do what is chosen, once for each comment."""
        reports = list(queryset.select_related("comment__author__namespace", "comment__paper", "reporter__namespace")[:MOST_SETTLED])
        form = SettleForm(request.POST if "outcome" in request.POST or "words" in request.POST else None)
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "reports": reports, "form": form, "opts": self.opts}
            return render(request, "admin/settle_reports.html", context | {"title": _("Decide about these reports")})
        for comment in {report.comment_id: report.comment for report in reports}.values():
            self._act(request, comment, **form.cleaned_data)
        self.message_user(request, _("Done; authors and those who reported it are told."), messages.SUCCESS)
        return None

    def _act(self, request: HttpRequest, comment: Comment, *, outcome: str, words: str) -> None:
        by: Any = request.user
        self.log_change(request, comment, f"{outcome}: {words}")
        if outcome == HIDE:
            hide_comment(comment=comment, by=by, words=words)
        elif outcome == WARN:
            warn_author(comment=comment, by=by, words=words)
        else:
            dismiss_reports(comment=comment, by=by)
