"""Papers that people suggest for a team's list, and the answers of those who manage it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.commenting import TooMany
from papers.actions.suggesting import accept_suggestion, decline_suggestion, suggest_paper, withdraw_suggestion
from papers.forms import SuggestionForm
from papers.models import Paper, ReadingList, Suggestion
from papers.models.suggestion import SuggestionQuerySet
from papers.views.lists import visible_list

MOST_OPEN, LATEST = 100, 20


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def suggestions(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Suggest a paper, and see what became of those suggested before."""
    reading_list = _suggestable(request, owner, slug)
    given = {"paper": request.GET.get("paper", "")}
    form = SuggestionForm(request.POST if request.method == "POST" else None, initial=given, user=request.user)
    code = 200
    if form.is_valid():
        try:
            made, is_new = suggest_paper(reading_list=reading_list, user=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("paper", str(refused))
            code = 429 if isinstance(refused, TooMany) else 409
        else:
            messages.success(request, _("Thank you. Those who manage the list will look at it.") if is_new else _said_before(made))
            return redirect(request.path)
    return render(request, "papers/suggestions.html", _context(request, reading_list) | {"form": form}, status=code)


@require_POST
@reader_required
def answer(request: ReaderRequest, owner: str, slug: str, pk: int) -> HttpResponse:
    """Take a suggested paper into the list or leave it out; whoever suggested it may take that back."""
    reading_list = _suggestable(request, owner, slug)
    found = get_object_or_404(_shown(request, reading_list), pk=pk)
    deed = {"accept": accept_suggestion, "decline": decline_suggestion, "withdraw": withdraw_suggestion}.get(request.POST.get("action", ""))
    if deed is None:
        return HttpResponseBadRequest()
    words = {} if deed is withdraw_suggestion else {"answer": request.POST.get("answer", "")[:500]}
    try:
        settled = deed(suggestion=found, user=request.user, **words)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, SAID[settled.state]())
    return redirect("papers:suggestions", reading_list.owner.name, reading_list.slug)


SAID: dict[str, Callable[[], str]] = {
    Suggestion.State.ACCEPTED: lambda: _("The paper is in the list."),
    Suggestion.State.DECLINED: lambda: _("The suggestion is declined."),
    Suggestion.State.WITHDRAWN: lambda: _("The suggestion is taken back."),
}


def _suggestable(request: ReaderRequest, owner: str, slug: str) -> ReadingList:
    reading_list = visible_list(request, owner, slug)
    if not ReadingList.objects.suggestable_by(request.user).filter(pk=reading_list.pk).exists():
        raise PermissionDenied
    return reading_list


def _shown(request: ReaderRequest, reading_list: ReadingList) -> SuggestionQuerySet:
    return Suggestion.objects.visible_to(request.user).filter(reading_list=reading_list).with_names()


def _context(request: ReaderRequest, reading_list: ReadingList) -> dict[str, object]:
    shown = _shown(request, reading_list)
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    return {
        "list": reading_list,
        "manages": ReadingList.objects.managed_by(request.user).contains(reading_list),
        "waiting": shown.open().order_by("pk").prefetch_related(Prefetch("paper", cards))[:MOST_OPEN],
        "settled": shown.select_related("paper").exclude(state=Suggestion.State.OPEN).order_by("-decided_at", "-pk")[:LATEST],
    }


def _said_before(suggestion: Suggestion) -> str:
    return _("It is suggested already, and waits for an answer since %(day)s.") % {"day": f"{suggestion.suggested_at:%Y-%m-%d}"}
