"""What concerns the reader, the newest first, and how to be told of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.notices import change_ways, mark_read
from accounts.forms import NoticeSettingsForm
from accounts.keyset import BadCursor, keyset_page
from accounts.models import Notice
from accounts.views.access import ReaderRequest, reader_required

ON_A_PAGE = 30


@require_safe
@reader_required
def inbox(request: ReaderRequest) -> HttpResponse:
    try:
        page = keyset_page(Notice.objects.of_reader(request.user), ("-pk",), request.GET.get("after", ""), ON_A_PAGE)
    except BadCursor as problem:
        raise Http404 from problem
    return render(request, "accounts/inbox.html", {"page": page})


@require_POST
@reader_required
def open_notice(request: ReaderRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads. A GET would be followed by programs that only look."""
    notice = get_object_or_404(Notice.objects.of_reader(request.user), pk=pk)
    mark_read(user=request.user, ids=[pk])
    return redirect(notice.event.path or "accounts:inbox")


@require_POST
@reader_required
def read_all(request: ReaderRequest) -> HttpResponse:
    mark_read(user=request.user)
    return redirect("accounts:inbox")


@require_http_methods(["GET", "POST"])
@reader_required
def notice_settings(request: ReaderRequest) -> HttpResponse:
    form = NoticeSettingsForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        change_ways(user=request.user, ways=form.ways)
        messages.success(request, _("Your choices are saved."))
        return redirect("accounts:notice_settings")
    return render(request, "accounts/notice_settings.html", {"form": form})
