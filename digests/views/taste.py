"""What Lectern thinks a reader likes, what the next digest would hold, and the reader's own word on it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.views.access import ReaderRequest, reader_required
from digests import actions
from digests.forms import QuotasForm
from digests.models import CategoryQuota, Taste
from digests.shown import show
from papers.actions.interests import interests_of
from papers.models import Paper

Change = Callable[..., object]
# What a button of the page does, and what it says then.
CHANGES: dict[str, tuple[Change, str | Promise]] = {
    "draw": (actions.ask_for_picture, ""),
    "reset": (actions.reset_taste, _("Your digest starts afresh. Your lists and votes are as they were.")),
    "take_back_reset": (actions.take_back_reset, _("All that you keep shapes your digest again.")),
    "pause": (actions.pause_taste, _("What you do from now on does not shape your digest.")),
    "take_all_in_again": (actions.take_all_in_again, _("All that you keep shapes your digest again.")),
    "end_pause": (actions.end_pause, _("Your digest learns again, also from what you did meanwhile.")),
}
OF_PAPERS: dict[str, tuple[Change, str | Promise]] = {
    "leave_out": (actions.leave_out, _("That does not shape your digest any more.")),
    "take_in_again": (actions.take_in_again, _("That shapes your digest again.")),
}


@require_safe
@reader_required
def taste(request: ReaderRequest) -> HttpResponse:
    """Show the last picture, and have another one drawn unless it is fresh."""
    row = actions.look_at_taste(user=request.user)
    return render(request, "digests/taste.html", _context(request, row) | {"quotas": _quotas_form(request.user)})


@require_safe
@reader_required
def picture(request: ReaderRequest) -> HttpResponse:
    """Only the picture, for the page that looks again while it is drawn."""
    return render(request, "digests/_taste.html", _context(request, actions.taste_of(user=request.user)))


@require_POST
@reader_required
def change_taste(request: ReaderRequest) -> HttpResponse:
    """Do what `do` says: with all, with the paper named by `paper`, or with the papers of the topic at `place` in the picture of `made`."""
    do = request.POST.get("do", "")
    if do in CHANGES:
        change, words = CHANGES[do]
        change(user=request.user)
    elif do in OF_PAPERS:
        change, words = OF_PAPERS[do]
        papers = _papers_named(request)
        if papers is None:
            messages.warning(request, _("The picture has been drawn anew meanwhile; nothing was changed. Please look again."))
            return redirect("digests:taste")
        change(user=request.user, papers=papers)
    else:
        return HttpResponseBadRequest()
    if words:
        messages.success(request, str(words))
    return redirect("digests:taste")


@require_POST
@reader_required
def change_quotas(request: ReaderRequest) -> HttpResponse:
    form = _quotas_form(request.user, request)
    if not form.is_valid():
        context = _context(request, actions.taste_of(user=request.user)) | {"quotas": form}
        return render(request, "digests/taste.html", context, status=422)
    actions.set_quotas(user=request.user, quotas=form.quotas())
    messages.success(request, _("Your quotas are saved; the next digest keeps them, as far as enough papers fit."))
    return redirect("digests:taste")


def _context(request: ReaderRequest, row: Taste) -> dict[str, object]:
    return {"shown": show(row, request.user), "taste": row}


def _papers_named(request: ReaderRequest) -> list[int] | None:
    """Return the papers that a button means; None where it means a topic of a picture that is not the present one."""
    if slug := request.POST.get("paper", ""):
        return [get_object_or_404(Paper.objects.visible_to(request.user).called(slug)).pk]
    row, place = actions.taste_of(user=request.user), request.POST.get("place", "")
    is_present = row.made_at and request.POST.get("made") == row.made_at.isoformat()
    if not is_present or not place.isdecimal() or int(place) >= len(row.topics):
        return None
    return [one["paper"] for one in row.topics[int(place)]["papers"]]


def _quotas_form(user: User, request: ReaderRequest | None = None) -> QuotasForm:
    quotas = {one.category: one for one in CategoryQuota.objects.filter(user=user).order_by("category")}
    codes = list(dict.fromkeys([*interests_of(user)["category"], *quotas]))
    return QuotasForm(request.POST if request else None, codes=codes, quotas=quotas)
