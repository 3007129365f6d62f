"""The feed of a search: what came in lately and holds what it asks for."""

from datetime import timedelta
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from papers.feeds.answering import Feed, answer_feed
from papers.following import Entry
from papers.models import Paper
from papers.search.limit import TookTooLong, within_limit
from papers.search.watching import found_lately

LATELY = timedelta(days=28)


def search_feed(request: HttpRequest, text: str, form: str) -> HttpResponseBase:
    """Answer with what came in within four weeks and holds what a search asks for; all on one page."""
    try:
        found = within_limit(lambda: found_lately(text, request.user, since=LATELY))  # type: ignore[arg-type]  # a visitor's `in:` names public lists
    except TookTooLong:
        return HttpResponse(status=503, headers={"Retry-After": "3600"})
    newest = Paper.objects.visible_to(request.user).filter(pk__in=found).newest()
    entries = [Entry(*row) for row in newest.values_list("pk", "first_seen_at")]
    page, own = (f"{path}?{urlencode({'q': text})}" for path in (reverse("papers:search"), reverse("papers:search_feed", args=[form])))
    name = f"search/{sha256(text.encode()).hexdigest()[:16]}"
    return answer_feed(request, Feed(title=text or _("Search"), name=name, page=page, own=own, entries=entries), form)
