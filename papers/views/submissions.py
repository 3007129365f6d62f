"""Bringing papers in by their ids, and watching how they are looked up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.submitting import AlreadyHere, submit_paper
from papers.forms import SubmissionForm
from papers.markup import plain
from papers.models import Paper, Submission

SHOWN = 20


@require_http_methods(["GET", "POST"])
@reader_required
def submit(request: ReaderRequest) -> HttpResponse:
    """A box for an id; a paper that is here already is shown at once."""
    form = SubmissionForm(request.POST if request.method == "POST" else None, initial={"text": request.GET.get("id", "")[:500]})
    if request.method == "POST" and form.is_valid():
        here = _submit_all(request, form)
        if form.is_valid():
            return redirect(here[0] if len(here) == len(form.cleaned_data["texts"]) == 1 else "papers:submit")
    return render(request, "papers/submit.html", {"form": form, **_mine(request)})


def _submit_all(request: ReaderRequest, form: SubmissionForm) -> list[Paper]:
    """Bring in each line; return those that are here already. What is wrong with a line is said beside the box."""
    links = {name: form.cleaned_data[name] for name in ("code_url", "project_url")}
    here: list[Paper] = []
    for text in form.cleaned_data["texts"]:
        try:
            submit_paper(user=request.user, text=text, **links)
        except AlreadyHere as known:
            here.append(known.paper)
            messages.info(
                request, format_html('{} <a href="{}">{}</a>', str(known), known.paper.get_absolute_url(), plain(known.paper.title))
            )
        except Refused as refused:
            form.add_error("text", str(refused))
    return here


@require_safe
@reader_required
def submissions(request: ReaderRequest) -> HttpResponse:
    """Only the list, for the page that looks again while something waits."""
    return render(request, "papers/_submissions.html", _mine(request))


def _mine(request: ReaderRequest) -> dict[str, object]:
    mine = list(Submission.objects.of_reader(request.user)[:SHOWN])
    return {"submissions": mine, "some_wait": any(each.state == Submission.State.WAITING for each in mine)}
