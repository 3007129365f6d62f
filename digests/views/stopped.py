"""The way back for a reader whose address gets no more mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import ReaderRequest, reader_required
from digests import actions


@require_POST
@reader_required
def address_works(request: ReaderRequest) -> HttpResponse:
    try:
        lifted = actions.lift_suppression(user=request.user)
    except actions.LiftedTooOften:
        text = _("You have said so twice within a month, and mails still came back. Ask your mail provider, or use another address.")
        messages.warning(request, text)
    else:
        if lifted:
            messages.success(
                request, _("We write to %(address)s again, and send you this week’s digest.") % {"address": request.user.email}
            )
    return redirect("digests:archive")
