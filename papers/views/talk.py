"""Discussions: a paper's, a team's about an item of a list, one thread; writing into them, watching and muting them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.views.access import ReaderRequest, Request, page_before, reader_required
from papers.actions.commenting import TooMany, write_comment
from papers.actions.watching import Target, stop_watching, watch
from papers.forms import CommentForm
from papers.models import Comment, ListItem, Paper, ReadingList, Watch
from papers.models.comment import REPLIES_SHOWN, CommentQuerySet, items_discussed_by

THREADS_BESIDE_A_PAPER, THREADS_ON_A_PAGE, REPLIES_ON_A_PAGE = 5, 20, 50


@dataclass
class Talk:
    """A discussion as pages show it; `item` is None for the public one of a paper."""

    paper: Paper
    item: ListItem | None
    threads: KeysetPage
    wish: Watch | None

    @property
    def address(self) -> str:
        return reverse("papers:item_comments", args=self._place) if self.item else reverse("papers:comments", args=[self.paper.slug])

    @property
    def watch_address(self) -> str:
        return reverse("papers:watch_item", args=self._place) if self.item else reverse("papers:watch_paper", args=[self.paper.slug])

    @property
    def _place(self) -> list[Any]:
        reading_list = self.item.reading_list  # type: ignore[union-attr]  # asked for items only
        return [reading_list.owner.name, reading_list.slug, self.item.pk]  # type: ignore[union-attr]


def talk_about(request: Request, paper: Paper, item: ListItem | None = None, *, size: int = THREADS_ON_A_PAGE, after: str = "") -> Talk:
    """Read a page of a discussion, each thread with its first answers, in a fixed number of queries."""
    openings = Comment.objects.visible_to(request.user).of(paper, item).openings()
    threads = _page(openings.for_page().with_first_replies(), ("-pk",), after, size)
    _add_replies(threads.items)
    wishes = Watch.objects.of_reader(request.user).filter(**({"item": item} if item else {"paper": paper}))
    return Talk(paper, item, threads, wishes.first())


@require_http_methods(["GET", "HEAD", "POST"])
def of_paper(request: Request, slug: str) -> HttpResponse:
    """Show all that is said about a paper, or add to it."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user).with_stats().called(slug))
    if paper.slug != slug and request.method != "POST":
        return redirect("papers:comments", paper.slug, permanent=True)
    return _say(request, paper) if request.method == "POST" else _show(request, paper)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def of_item(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    """Show what a team says about an item of one of its lists, or add to it."""
    listed = _item(request, owner, slug, item)
    return _say(request, listed.paper, listed) if request.method == "POST" else _show(request, listed.paper, listed)


@require_safe
def thread(request: Request, pk: int) -> HttpResponse:
    """Show one thread, from its beginning or from a comment on; an answer's own number leads to its place."""
    comment = get_object_or_404(Comment.objects.visible_to(request.user).for_page(), pk=pk)
    if comment.thread_id:
        return redirect(comment)
    replies = Comment.objects.filter(thread=comment).for_page()
    start = request.GET.get("from", "")
    if start.isdecimal() and len(start) < 19:
        replies = replies.filter(pk__gte=int(start))
    page = _page(replies, ("pk",), request.GET.get("after", ""), REPLIES_ON_A_PAGE)
    wish = Watch.objects.of_reader(request.user).filter(thread=comment).first()
    context = {"opening": comment, "page": page, "starts_late": bool(start), "wish": wish}
    return render(request, "papers/thread.html", context)


@require_POST
@reader_required
def watch_paper(request: ReaderRequest, slug: str) -> HttpResponse:
    return _wish(request, get_object_or_404(Paper.objects.visible_to(request.user).called(slug)))


@require_POST
@reader_required
def watch_item(request: ReaderRequest, owner: str, slug: str, item: int) -> HttpResponse:
    return _wish(request, _item(request, owner, slug, item))


@require_POST
@reader_required
def watch_thread(request: ReaderRequest, pk: int) -> HttpResponse:
    return _wish(request, get_object_or_404(Comment.objects.visible_to(request.user).select_related("thread"), pk=pk))


def _show(request: Request, paper: Paper, item: ListItem | None = None, form: CommentForm | None = None, code: int = 200) -> HttpResponse:
    talk = talk_about(request, paper, item, after=request.GET.get("after", ""))
    context = {"paper": paper, "talk": talk, "form": form or CommentForm(), "preview": _preview(request, form)}
    return render(request, "papers/talk.html", context, status=code)


@reader_required
def _say(request: ReaderRequest, paper: Paper, item: ListItem | None = None) -> HttpResponse:
    """Add a comment: htmx gets the form back, empty, and the comment for its place; what was refused comes back as it was typed."""
    form, code = CommentForm(request.POST), 200
    if form.is_valid() and "preview" not in request.POST:
        try:
            comment = write_comment(author=request.user, paper=paper, item=item, text=form.cleaned_data["text"])
        except Refused as refused:
            form.add_error("text", str(refused))
            code = 429 if isinstance(refused, TooMany) else 409
        else:
            return _said(request, comment) if request.htmx else redirect(comment)
    if request.htmx:  # it swaps what comes with 200 only
        talk = talk_about(request, paper, item, size=1)
        return render(request, "papers/_comment_form.html", {"talk": talk, "form": form, "preview": _preview(request, form)})
    return _show(request, paper, item, form, code)


def _said(request: ReaderRequest, comment: Comment) -> HttpResponse:
    talk = talk_about(request, comment.paper, comment.item, size=1)
    found = Comment.objects.for_page().get(pk=comment.pk)
    return render(request, "papers/_said.html", {"talk": talk, "opening": found, "form": CommentForm()})


def _preview(request: Request, form: CommentForm | None) -> str:
    return form.cleaned_data.get("text", "") if form is not None and form.is_bound and "preview" in request.POST and form.is_valid() else ""


def _wish(request: ReaderRequest, target: Target) -> HttpResponse:
    wish = request.POST.get("wish", "")
    if wish not in {"watch", "mute", "none"}:
        return HttpResponseBadRequest()
    found = None
    if wish == "none":
        stop_watching(user=request.user, target=target)
    else:
        found = watch(user=request.user, target=target, is_muted=wish == "mute")
    if request.htmx:
        return render(request, "papers/_watch.html", {"wish": found, "address": request.path, "says": True})
    return redirect(f"{page_before(request)}#discussion")


def _item(request: ReaderRequest, owner: str, slug: str, pk: int) -> ListItem:
    """Return an item of a team's list: what cannot be seen or has no team is 404, another team's is 403."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).at(owner, slug), owner__team__isnull=False)
    items = ListItem.objects.filter(reading_list=reading_list).select_related("paper__stats", "reading_list__owner__team")
    item = get_object_or_404(items, pk=pk)
    if not items_discussed_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return item


def _add_replies(openings: Iterable[Any]) -> None:
    wanted = [pk for opening in openings for pk in opening.reply_ids[:REPLIES_SHOWN]]
    replies = Comment.objects.for_page().in_bulk(wanted) if wanted else {}
    for opening in openings:
        opening.first_replies = [replies[pk] for pk in opening.reply_ids[:REPLIES_SHOWN] if pk in replies]
        opening.has_more = len(opening.reply_ids) > REPLIES_SHOWN


def _page(comments: CommentQuerySet, order: tuple[str, ...], after: str, size: int) -> KeysetPage:
    try:
        return keyset_page(comments, order, after, size)
    except BadCursor as problem:
        raise Http404 from problem
