"""Pages inside the admin site: how mail fares, who works, and what each mail looks like. For staff who may see deliveries."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.models import Worker
from accounts.models.worker import Status
from digests import figures
from digests import mails as kinds_of_mail
from digests.actions.previewing import preview, previews
from digests.models import Digest, Suppression
from digests.previews import in_theme

may_see_deliveries = permission_required("digests.view_delivery", raise_exception=True)
# A mail styles itself, and may do nothing else here, whoever wrote what is in it.
MAIL_POLICY = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF], "sandbox": [""]}


@require_safe
@may_see_deliveries
def outbox(request: HttpRequest) -> HttpResponse:
    """The figures; the page asks for them anew every ten seconds."""
    workers = list(Worker.objects.with_status().in_order())
    alive = {worker.role for worker in workers if worker.status != Status.GONE}
    bars = figures.sent_by_day()
    context = {
        "title": _("Mail and workers"),
        "outbox": figures.outbox(),
        "bars": bars,
        "sent_today": bars[-1].count,
        "sent_week": sum(bar.count for bar in bars[-7:]),
        "ended": figures.ended_badly(),
        "mail_reasons": figures.reasons_of_mails(),
        "digest_states": [state.label for state in Digest.State],
        "digests": _by_kind(figures.digests_by_state()),
        "digest_reasons": figures.reasons_of_digests(),
        "suppressed": Suppression.objects.count(),
        "workers": workers,
        "has_no_worker": not alive & {Worker.Role.WORKER, Worker.Role.LOOP},
        "has_no_clock": Worker.Role.BEAT not in alive,
    }
    return render(request, "admin/outbox.html", admin.site.each_context(request) | context)


@require_safe
@may_see_deliveries
@csp_update({"frame-src": [SELF]})
def mails(request: HttpRequest) -> HttpResponse:
    context = {"title": _("What mails look like"), "previews": previews(), "widths": [600, 320], "themes": ["light", "dark"]}
    return render(request, "admin/mails.html", admin.site.each_context(request) | context)


@require_safe
@may_see_deliveries
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # it knows views without arguments only
def mail(request: HttpRequest, kind: str) -> HttpResponse:
    """The HTML of one mail as its reader's program would show it, light or with ?theme=dark."""
    if kind not in kinds_of_mail.KINDS:
        raise Http404
    found = preview(kind)
    if not found.html:
        raise Http404
    return HttpResponse(in_theme(found.html, dark=request.GET.get("theme") == "dark"))


def _by_kind(counts: dict[tuple[str, str], int]) -> list[tuple[str, list[int]]]:
    """A row of the table for readers' digests and one for teams', a column for each state."""
    kinds = {"reader": _("of readers"), "team": _("of teams"), "visitor": _("of visitors")}
    return [(words, [counts.get((kind, state), 0) for state in Digest.State]) for kind, words in kinds.items()]
