"""A feed as an answer: written where the one who asks has it not yet, and else 304."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, urlencode

from papers.following import Entry
from papers.formats.feeds import FORMS, FeedAbout, FeedEntry, paper_entry
from papers.models import Link, Paper
from papers.streams import record_of, rows_with_papers

LENGTH = 50  # entries on a page
TOLD = {f"papers:{name}_feed" for name in ("author", "catalogue", "category", "holder", "list")}
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # when a feed without entries changed last
VERSION = 2  # another number makes every feed that somebody has kept an old one


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A page of a feed before it is written.

    Attributes:
        name: what tells it from all other feeds here, for good.
        page, own: the paths of the page that shows the same, and of the feed.
        notes: what to say of a paper beside its abstract, by its key.
        next_cursor: from which the page after this one goes on, or "".
    """

    title: str
    name: str
    page: str
    own: str
    entries: Sequence[Entry]
    notes: Mapping[int, str] = field(default_factory=dict)
    next_cursor: str = ""


def answer_feed(request: HttpRequest, feed: Feed, form: str) -> HttpResponseBase:
    """Write a feed, or answer with 304 to whom has it; papers' texts are only read where it is written."""
    keys = [entry.paper_key for entry in feed.entries]
    changes = dict(Paper.objects.filter(pk__in=keys).values_list("pk", "updated_at"))
    changed_at = max([*changes.values(), *(entry.at for entry in feed.entries)], default=NEVER)
    about = FeedAbout(
        title=feed.title,
        description="",
        author=settings.SITE_NAME,
        identity=tag_uri(feed.name),
        page=settings.SITE_URL + feed.page,
        changed_at=changed_at,
        **addresses_of(request, settings.SITE_URL + feed.own, feed.next_cursor),
    )
    facts = (feed.entries, sorted(changes.items()), sorted(feed.notes.items()))
    return answer_text(request, about, form, facts=facts, entries=lambda: _entries(feed, about))


def answer_text(
    request: HttpRequest, about: FeedAbout, form: str, *, facts: Any, entries: Callable[[], Sequence[FeedEntry]]
) -> HttpResponseBase:
    """Answer with a feed, or with 304 to whom has it.

    No date tells that an entry has gone, so If-Modified-Since is not believed.

    Args:
        facts: whatever makes the feed another one, beside what is said about it.
        entries: gives them; not called where the answer is 304.
    """
    etag = f'"{sha256(repr((VERSION, form, about, facts)).encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        text = FORMS[form].write(about, entries())
        answer = HttpResponse(text, content_type=f"{FORMS[form].content_type}; charset=utf-8")
        answer["Last-Modified"] = http_date(about.changed_at.timestamp())
        if about.hub:  # WebSub looks here first
            answer["Link"] = f'<{about.hub}>; rel="hub", <{about.own}>; rel="self"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    patch_vary_headers(answer, ("Authorization", "Cookie"))
    return answer


def addresses_of(request: HttpRequest, first: str, next_cursor: str) -> dict[str, str]:
    """The whole addresses of the page that is asked for, of the first and the next one, and of the hub, as FeedAbout takes them."""
    after = request.GET.get("after", "")
    return {
        "own": at_cursor(first, after) if after else first,
        "first": first,
        "following": at_cursor(first, next_cursor) if next_cursor else "",
        "hub": settings.WEBSUB_HUB if not after and _is_told(request) else "",
    }


def _is_told(request: HttpRequest) -> bool:
    """Whether papers/actions/telling_hub.py tells of this feed: no secret address, and no order that every vote changes."""
    match = request.resolver_match
    is_named = match is not None and match.view_name in TOLD and match.kwargs.get("order", "new") == "new"
    return is_named and not request.user.is_authenticated  # a hub reads as a visitor


def at_cursor(address: str, cursor: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'after': cursor})}"


def tag_uri(name: str, since: str = "2026") -> str:
    """Return a name that stays whatever becomes of addresses (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{since}:{name}"


def pdf_of(path: str) -> Combinable:
    """The address of a paper's PDF that some source has told.

    Args:
        path: from a row to its paper, "pk" for papers.
    """
    return Subquery(Link.objects.filter(paper=OuterRef(path), kind=Link.Kind.PDF).order_by("pk").values("url")[:1])


def entry_of(row: Mapping[str, Any], identity: str, *, at: datetime, note: str = "") -> FeedEntry:
    """Return a row of rows_with_papers() with `slug`, `changed_at` and `pdf` as an entry."""
    record = record_of(dict(row))
    return paper_entry(
        replace(record, note=note) if note else record,
        identity=identity,
        address=settings.SITE_URL + reverse("papers:paper", args=[row["slug"]]),
        at=at,
        changed_at=row["changed_at"],
        pdf=f"https://arxiv.org/pdf/{record.arxiv_id}" if record.arxiv_id else row["pdf"] or "",
    )


def _entries(feed: Feed, about: FeedAbout) -> list[FeedEntry]:
    papers = Paper.objects.filter(pk__in=[entry.paper_key for entry in feed.entries])
    rows = {
        row["pk"]: row | {"changed_at": row["updated_at"]}
        for row in rows_with_papers(papers, "pk", "slug", "updated_at", path="", pdf=pdf_of("pk"))
    }
    return [
        entry_of(rows[key], f"{about.identity}/paper/{key}", at=entry.at, note=feed.notes.get(key, ""))
        for entry in feed.entries
        if (key := entry.paper_key) in rows
    ]
