"""Where papers come from: each source's last run, for those who run the site."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.access import ReaderRequest, reader_required
from papers.actions.harvesting import ask_for_harvest
from papers.models import Harvest, Source

RUNS_SHOWN = 30


def staff_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What staff alone may see is not there for anybody else."""

    @wraps(view)
    def guarded(request: ReaderRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return reader_required(guarded)


@require_safe
@staff_required
def sources(request: ReaderRequest) -> HttpResponse:
    last = {run.source_id: run for run in Harvest.objects.last_of_each()}
    rows = [(source, last.get(source.pk)) for source in Source.objects.all()]
    due = set(Source.objects.due().values_list("pk", flat=True))
    under_way = bool(due) or any(run and run.state == Harvest.State.RUNNING for _source, run in rows)
    page = "papers/_sources.html" if request.htmx else "papers/sources.html"
    return render(request, page, {"rows": rows, "under_way": under_way})


@require_safe
@staff_required
def source(request: ReaderRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=pk)
    runs = found.harvests.order_by("-started_at")[:RUNS_SHOWN]
    return render(request, "papers/source.html", {"source": found, "runs": runs})


@require_POST
@staff_required
def harvest_now(request: ReaderRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("papers.change_source"):
        return HttpResponse(_("You may look at sources, but not change them."), status=403)
    found = get_object_or_404(Source, pk=pk)
    ask_for_harvest(source=found)
    messages.success(request, _("%(source)s is harvested next.") % {"source": found.name})
    return redirect("papers:sources")
