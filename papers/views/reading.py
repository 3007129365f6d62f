"""What a reader reads: the control beside each paper, my reading by state, and a whole list at once."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.reading import clear_state, mark_list_read, set_state
from papers.markup import plain
from papers.models import Paper, ReadingList, ReadingState, State
from papers.views.answers import answer, say_with_undo

LATEST = ("-changed_at", "-pk")
PAPERS_ON_A_PAGE = 25
LONGEST_TITLE = 60  # characters, in a message


@require_safe
@reader_required
def reading(request: ReaderRequest) -> HttpResponse:
    """The reader's papers of one state, what was said last first."""
    state = request.GET.get("state", State.TO_READ)
    if state not in State.values:
        raise Http404
    mine = ReadingState.objects.of_reader(request.user)
    context = {"state": state, "states": State.choices, "counts": mine.counts(), "page": _page(request, state)}
    return render(request, "papers/reading.html", context)


@require_POST
@reader_required
def mark(request: ReaderRequest, slug: str) -> HttpResponse:
    """Say of a paper that it is in a state; an empty `state` takes back what was said.

    `beside` names what else on the card shows it: the "menu" beside the button for “not for me”, the "button" beside the menu.
    """
    state, beside = request.POST.get("state", ""), request.POST.get("beside", "")
    if state not in {"", *State.values} or beside not in {"", "menu", "button"}:
        return HttpResponseBadRequest()
    papers = Paper.objects.visible_to(request.user)
    before = get_object_or_404(papers.for_cards(request.user).called(slug))
    if state:
        set_state(user=request.user, paper=before, state=state)
    else:
        clear_state(user=request.user, paper=before)
    if state == State.DISMISSED and beside != "menu":  # that button takes it back itself
        _tell_dismissed(request, before, beside)
    paper = papers.for_cards(request.user).get(pk=before.pk)
    context = {"paper": paper, "undone": "undo" in request.POST, "beside": beside}
    return answer(request, "papers/_marked.html", context, anchor=f"#paper-{paper.pk}")


@require_POST
@reader_required
def mark_list(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Say of every paper in a list that the reader has read it."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).at(owner, slug))
    count = mark_list_read(user=request.user, reading_list=reading_list)
    words = ngettext("%(n)d more paper counts as read.", "%(n)d more papers count as read.", count) % {"n": count}
    messages.success(request, words if count else _("You had read them all."))
    return redirect(reading_list)


def _tell_dismissed(request: ReaderRequest, paper: Paper, beside: str) -> None:
    title = plain(paper.title)
    short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    words = _("“%(title)s” will not come up in your digest or on the front page.") % {"title": short}
    said = paper.reading_state  # type: ignore[attr-defined]
    say_with_undo(request, words, "papers:mark", paper.slug, state="" if said == State.DISMISSED else said, beside=beside)


def _page(request: ReaderRequest, state: str) -> KeysetPage:
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    mine = ReadingState.objects.of_reader(request.user).filter(state=state).prefetch_related(Prefetch("paper", cards))
    try:
        return keyset_page(mine, LATEST, request.GET.get("after", ""), PAPERS_ON_A_PAGE)
    except BadCursor as problem:
        raise Http404 from problem
