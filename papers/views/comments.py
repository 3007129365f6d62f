"""One comment: answering, changing, deleting and reporting it, and what it said before."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.commenting import Outdated, TooMany, change_comment, delete_comment, write_comment
from papers.actions.moderating import report_comment
from papers.forms import CommentForm, ReportForm
from papers.models import Comment
from papers.models.comment import moderates


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
@vary_on_headers("HX-Request")
def reply(request: ReaderRequest, pk: int) -> HttpResponse:
    """Answer a comment: on a page of its own, or below the comment where htmx asks."""
    parent = _comment(request, pk)
    form, code = CommentForm(request.POST if request.method == "POST" else None, auto_id=f"reply-{pk}-%s"), 200
    if form.is_valid() and "preview" not in request.POST:
        try:
            comment = write_comment(
                author=request.user, paper=parent.paper, item=parent.item, text=form.cleaned_data["text"], parent=parent
            )
        except Refused as refused:
            form.add_error("text", str(refused))
            code = _code(refused)
        else:
            return _answered(request, comment) if request.htmx else redirect(comment)
    context = {
        "parent": parent,
        "form": form,
        "preview": form.cleaned_data["text"] if "preview" in request.POST and form.is_valid() else "",
    }
    form.fields["text"].widget.attrs["autofocus"] = True
    if request.htmx:  # it swaps what comes with 200 only
        return render(request, "papers/_reply_form.html", context)
    return render(request, "papers/reply.html", context, status=code)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def edit(request: ReaderRequest, pk: int) -> HttpResponse:
    """Change a comment of one's own. Where it has changed meanwhile, both texts are shown and nothing is lost."""
    comment = _own(request, pk)
    form = CommentForm(request.POST if request.method == "POST" else None, initial={"text": comment.text, "version": comment.version})
    context = {"comment": comment, "form": form}
    if not form.is_valid():
        return render(request, "papers/edit_comment.html", context)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"] or 0
    if "preview" in request.POST:
        return render(request, "papers/edit_comment.html", context | {"preview": text})
    try:
        return redirect(change_comment(comment=comment, text=text, version=version))
    except Outdated as outdated:
        again = CommentForm(initial={"text": text, "version": outdated.comment.version})
        return render(request, "papers/edit_comment.html", context | {"form": again, "present": outdated.comment}, status=409)
    except Refused as refused:
        form.add_error("text", str(refused))
        return render(request, "papers/edit_comment.html", context, status=_code(refused))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def delete(request: ReaderRequest, pk: int) -> HttpResponse:
    """Delete a comment of one's own, on a second yes."""
    comment = _own(request, pk)
    if request.method != "POST":
        return render(request, "papers/delete_comment.html", {"comment": comment})
    delete_comment(comment=comment)
    messages.success(request, _("The comment is deleted."))
    return redirect(comment)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def report(request: ReaderRequest, pk: int) -> HttpResponse:
    """Ask those who moderate to look at a comment."""
    comment = _comment(request, pk)
    form, code = ReportForm(request.POST if request.method == "POST" else None), 200
    if form.is_valid():
        try:
            report_comment(reporter=request.user, comment=comment, **form.cleaned_data)
        except TooMany as refused:
            form.add_error(None, str(refused))
            code = 429
        else:
            messages.success(request, _("Thank you. Those who moderate will look at it, and you will hear of it."))
            return redirect(comment)
    return render(request, "papers/report_comment.html", {"comment": comment, "form": form}, status=code)


@require_safe
@reader_required
def history(request: ReaderRequest, pk: int) -> HttpResponse:
    """Show what a comment said before, to its author and to those who moderate."""
    comment = get_object_or_404(Comment.objects.visible_to(request.user).for_page(), pk=pk)
    if comment.author_id != request.user.pk and not moderates(request.user):
        raise PermissionDenied
    return render(request, "papers/comment_history.html", {"comment": comment, "edits": comment.edits.order_by("-version")[:100]})


def _comment(request: ReaderRequest, pk: int) -> Comment:
    """Return a comment that can be read; where only its place is left, there is nothing to answer or to report: 404."""
    shown = Comment.objects.filter(deleted_at__isnull=True, hidden_at__isnull=True)
    return get_object_or_404(shown.visible_to(request.user).for_page(), pk=pk)


def _own(request: ReaderRequest, pk: int) -> Comment:
    comment = get_object_or_404(Comment.objects.visible_to(request.user).for_page(), pk=pk)
    if not Comment.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return comment


def _answered(request: ReaderRequest, comment: Comment) -> HttpResponse:
    found = Comment.objects.for_page().get(pk=comment.pk)
    return render(request, "papers/_answered.html", {"comment": found})


def _code(refused: Refused) -> int:
    return 429 if isinstance(refused, TooMany) else 409
