"""Files of papers that readers bring: looked at first, then brought in on their word."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.importing import bring_in, drop_import, start_import
from papers.forms import BringInForm, ImportForm
from papers.models import PaperImport, ReadingList

SHOWN = 20
REJECTIONS_SHOWN = 50


@require_http_methods(["GET", "POST"])
@reader_required
def imports(request: ReaderRequest) -> HttpResponse:
    """A box for a file or its text, and what became of earlier ones."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        try:
            made = start_import(user=request.user, name=form.name(), pieces=form.pieces(), into=_list_asked_for(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("papers:import", made.pk)
    mine = PaperImport.objects.of_reader(request.user)[:SHOWN]
    return render(request, "papers/imports.html", {"form": form, "imports": mine, "into": _list_asked_for(request)})


@require_safe
@reader_required
def one_import(request: ReaderRequest, pk: int) -> HttpResponse:
    """What is in a file, or how far it is; a script asks again while a worker is at it."""
    found = _mine(request, pk)
    return _page(request, found, BringInForm(user=request.user, initial={"into": found.reading_list_id, "new_list": found.new_list}))


@require_POST
@reader_required
def bring_in_file(request: ReaderRequest, pk: int) -> HttpResponse:
    found, form = _mine(request, pk), BringInForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, found, form)
    bring_in(paper_import=found, **form.cleaned_data)
    return redirect("papers:import", pk)


@require_POST
@reader_required
def drop(request: ReaderRequest, pk: int) -> HttpResponse:
    drop_import(paper_import=_mine(request, pk))
    messages.success(request, _("The file is gone. Papers that came in with it stay."))
    return redirect("papers:imports")


@require_safe
@reader_required
def rejected(request: ReaderRequest, pk: int) -> HttpResponse:
    """Every entry that was not understood, one a line."""
    reasons = "".join(f"{each}\n" for each in _mine(request, pk).rejections.order_by("pk").iterator())
    answer = HttpResponse(reasons, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejected-{pk}.txt"'
    return answer


def _page(request: ReaderRequest, found: PaperImport, form: BringInForm) -> HttpResponse:
    page = "papers/_import.html" if request.htmx else "papers/import.html"
    context = {"import": found, "form": form, "rejections": found.rejections.order_by("pk")[:REJECTIONS_SHOWN]}
    return render(request, page, context)


def _list_asked_for(request: ReaderRequest) -> ReadingList | None:
    """The list from whose page the reader came, if it is the reader's to change."""
    owner, _slash, slug = request.GET.get("into", "").partition("/")
    return ReadingList.objects.editable_by(request.user).for_cards().at(owner, slug).first()


def _mine(request: ReaderRequest, pk: int) -> PaperImport:
    return get_object_or_404(PaperImport.objects.of_reader(request.user).select_related("reading_list__owner"), pk=pk)
