"""The feed of a reader's digests: each is an entry, with its papers and why each is in it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.keyset import keyset_page
from accounts.models import User
from digests.models import Digest, DigestPaper
from digests.periods import name_of
from digests.reasons import name_reasons
from papers.feeds.answering import NEVER, addresses_of, answer_text, tag_uri
from papers.formats.feeds import FeedAbout, FeedEntry
from papers.formats.feeds.entries import sound
from papers.models import Paper

LENGTH = 20  # digests on a page
NEWEST = ("-planned_at", "-pk")


def digest_feed(request: HttpRequest, reader: User, form: str) -> HttpResponseBase:
    """Answer with a reader's newest digests. Call it for whoever has the secret address, which is the permission.

    Raises:
        BadCursor: no page has given out the cursor.
    """
    latest = DigestPaper.objects.filter(digest=OuterRef("pk")).order_by("-paper__updated_at").values("paper__updated_at")[:1]
    digests = Digest.objects.visible_to(reader).readable().annotate(paper_changed_at=Subquery(latest))  # of the page's digests only
    page = keyset_page(digests, NEWEST, request.GET.get("after", ""), LENGTH)
    about = FeedAbout(
        title=_("%(site)s: my digests") % {"site": settings.SITE_NAME},
        description="",
        author=settings.SITE_NAME,
        identity=tag_uri(f"digests/{reader.pk}"),
        page=settings.SITE_URL + reverse("digests:archive"),
        changed_at=max((_changed_at(digest) for digest in page.items), default=NEVER),
        **addresses_of(request, settings.SITE_URL + request.path, page.next_cursor),
    )
    facts = [(digest.pk, _changed_at(digest)) for digest in page.items]
    return answer_text(request, about, form, facts=facts, entries=lambda: _entries(page.items, about, reader))


def _entries(digests: list[Digest], about: FeedAbout, reader: User) -> list[FeedEntry]:
    """All digests at once, in a fixed number of queries."""
    papers = Prefetch("paper", Paper.objects.visible_to(reader).with_bylines().select_related("in_short"))
    chosen = list(DigestPaper.objects.filter(digest__in=digests).order_by("digest", "position").prefetch_related(papers))
    name_reasons(chosen, reader=reader)
    return [_entry(digest, [one for one in chosen if one.digest_id == digest.pk], about) for digest in digests]


def _entry(digest: Digest, chosen: list[DigestPaper], about: FeedAbout) -> FeedEntry:
    context: dict[str, Any] = {"entries": chosen, "site_url": settings.SITE_URL}
    return FeedEntry(
        identity=f"{about.identity}/{digest.period_key}",
        title=name_of(digest.period_key),
        address=settings.SITE_URL + digest.get_absolute_url(),
        content=sound(render_to_string("digests/_feed_entry.html", context)),
        authors=(sound(settings.SITE_NAME),),
        at=digest.composed_at or digest.planned_at,
        changed_at=_changed_at(digest),
    )


def _changed_at(digest: Any) -> datetime:
    return max(filter(None, (digest.planned_at, digest.composed_at, digest.paper_changed_at)))
