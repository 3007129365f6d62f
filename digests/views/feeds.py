"""The secret address of the feed of a reader's digests: made and ended by its reader, read by whoever has it."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.views.access import ReaderRequest, Request, reader_required
from digests.feeds import digest_feed
from digests.models import DigestFeedAddress
from digests.views.digests import archive_page
from papers.actions.feed_addresses import end_feed_address, make_feed_address, note_feed_use
from papers.views.feeds import feed_view
from papers.views.taking_along import kept_quiet, wrong_key


@require_POST
@reader_required
@never_cache
def feed_address(request: ReaderRequest) -> HttpResponse:
    """Make a new secret address and show its key, which no redirect could carry safely; or end the one there is."""
    action = request.POST.get("action")
    if action == "make":
        return archive_page(request, key=make_feed_address(user=request.user, of=DigestFeedAddress))
    if action != "end":
        return HttpResponseBadRequest()
    end_feed_address(user=request.user, of=DigestFeedAddress)
    return redirect(reverse("digests:archive") + "#feed")


@feed_view
def secret_feed(request: Request, key: str, form: str) -> HttpResponseBase:
    """Give a reader's digests to whoever has their secret address."""
    found = DigestFeedAddress.objects.opened_by(key).first()
    if found is None:
        return wrong_key(request)
    note_feed_use(key=key, of=DigestFeedAddress)
    return kept_quiet(digest_feed(request, found.user, form))
