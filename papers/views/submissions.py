"""Bringing papers in by their ids, and watching how they are looked up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.submitting import AlreadyHere, submit_paper
from papers.forms import SubmissionForm
from papers.models import Submission

SHOWN = 20


@require_http_methods(["GET", "POST"])
@reader_required
def submit(request: ReaderRequest) -> HttpResponse:
    """A box for an id; a paper that is here already is shown at once."""
    form = SubmissionForm(request.POST if request.method == "POST" else None, initial={"text": request.GET.get("id", "")[:500]})
    if request.method == "POST" and form.is_valid():
        try:
            submit_paper(user=request.user, **form.cleaned_data)
        except AlreadyHere as here:
            messages.info(request, str(here))
            return redirect(here.paper)
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            return redirect("papers:submit")
    return render(request, "papers/submit.html", {"form": form, **_mine(request)})


@require_safe
@reader_required
def submissions(request: ReaderRequest) -> HttpResponse:
    """Only the list, for the page that looks again while something waits."""
    return render(request, "papers/_submissions.html", _mine(request))


def _mine(request: ReaderRequest) -> dict[str, object]:
    mine = list(Submission.objects.of_reader(request.user)[:SHOWN])
    return {"submissions": mine, "some_wait": any(each.state == Submission.State.WAITING for each in mine)}
