"""Your data: all of it to take along, and the end of the account with the days in which it can be undone."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.actions import deleting, exporting
from accounts.actions.memberships import Refused
from accounts.forms.deletion import DeletionForm
from accounts.models import DataExport
from accounts.views.access import ReaderRequest, reader_required


@require_safe
@never_cache
@reader_required
@vary_on_headers("HX-Request")
def personal_data(request: ReaderRequest) -> HttpResponse:
    """Show the page; a script that waits for an export gets 204 until there is something new to show."""
    if not request.htmx:
        return _page(request, DeletionForm(user=request.user))
    export = _latest(request)
    if export and export.state == DataExport.State.WAITING:
        return HttpResponse(status=204)
    return render(request, "accounts/_export.html", _about_export(export))


@require_POST
@reader_required
@reauthentication_required
def ask_for_export(request: ReaderRequest) -> HttpResponse:
    try:
        exporting.ask_for_export(user=request.user)
    except exporting.AskedTooOften as problem:
        messages.error(request, str(problem))
    return redirect("accounts:data")


@require_POST
@never_cache
@reader_required  # type: ignore[arg-type]  # a file's answer is no HttpResponse by type
def take_export(request: ReaderRequest, token: str) -> HttpResponseBase:
    """Hand out the file, once: the address must be signed by us and the export this reader's own."""
    pk = exporting.read_export_token(token)
    if pk is None:
        raise Http404
    file = exporting.take_export(export=get_object_or_404(request.user.exports, pk=pk))
    if file is None:
        messages.error(request, _("This file was downloaded already, or it is no longer kept. Ask for a new one."))
        return redirect("accounts:data")
    name = f"lectern-{request.user.handle}-{timezone.now():%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@require_POST
@reader_required
@reauthentication_required
def delete_account(request: ReaderRequest) -> HttpResponse:
    form = DeletionForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form)
    try:
        due = deleting.ask_for_deletion(user=request.user)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("accounts:data")
    logout(request)
    day = date_format(due, "j F Y")
    messages.success(request, _("Your account will be deleted on %(day)s. Log in before that day if you want to keep it.") % {"day": day})
    return redirect("account_login")


@require_safe
@never_cache
@reader_required
def deletion(request: ReaderRequest) -> HttpResponse:
    """The only page that somebody sees whose account is about to be deleted."""
    if request.user.deletion_due_at is None:
        return redirect("accounts:data")
    return render(request, "accounts/deletion.html")


@require_POST
@reader_required
def keep_account(request: ReaderRequest) -> HttpResponse:
    if deleting.keep_account(user=request.user):
        messages.success(request, _("Your account stays. API tokens do not come back; make new ones where you need them."))
    return redirect("accounts:data")


def _page(request: ReaderRequest, form: DeletionForm) -> HttpResponse:
    context = {
        "form": form,
        "to_hand_over": deleting.teams_to_hand_over(request.user),
        "that_go": deleting.teams_that_go(request.user),
        "grace": deleting.GRACE.days,
        "kept": exporting.KEPT.days,
    }
    return render(request, "accounts/personal_data.html", context | _about_export(_latest(request)))


def _latest(request: ReaderRequest) -> DataExport | None:
    return request.user.exports.first()


def _about_export(export: DataExport | None) -> dict[str, object]:
    is_ready = export is not None and export.state == DataExport.State.READY
    return {"export": export, "token": exporting.export_token(export) if export and is_ready else ""}
