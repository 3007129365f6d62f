"""Atom feeds of papers that are in no list: of an author, a category, a person or team, a search, and of what a reader follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Namespace, User
from papers.following import Entry, Followed, reasons_for, stream_page
from papers.following.stream import newest_of_each
from papers.formats.atom import FeedAbout, FeedEntry, write_feed
from papers.models import Author, Category, ListItem, Paper, ReadingList
from papers.models.paper import PaperQuerySet
from papers.search.limit import TookTooLong, within_limit
from papers.search.watching import found_lately
from papers.streams import record_of, rows_with_papers

LENGTH = 50  # entries
LATELY = timedelta(days=28)  # how far back a search's feed goes
NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # when a feed without entries changed last
VERSION = 1  # another number makes every feed that somebody has kept an old one


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed before it is written.

    Attributes:
        name: what tells it from all other feeds here, for good.
        page, own: the paths of the page that shows the same, and of the feed.
        notes: what to say of a paper beside its abstract, by its key.
    """

    title: str
    name: str
    page: str
    own: str
    entries: Sequence[Entry]
    notes: Mapping[int, str]


def author_feed(request: HttpRequest, author: Author, names: Iterable[Author]) -> HttpResponseBase:
    """Answer with an author's papers, under all names, as they come into the catalogue."""
    entries = _newest(Paper.objects.visible_to(request.user).by_authors(list(names)))
    own, page = reverse("papers:author_feed", args=[author.pk]), author.get_absolute_url()
    return _answer(request, Feed(title=author.name, name=f"author/{author.pk}", page=page, own=own, entries=entries, notes={}))


def category_feed(request: HttpRequest, category: Category) -> HttpResponseBase:
    """Answer with the papers of a category, as they come into the catalogue."""
    entries = _newest(Paper.objects.visible_to(request.user).in_category(category))
    page = f"{reverse('papers:front')}?{urlencode({'sort': 'new', 'category': category.slug})}"
    own = reverse("papers:category_feed", args=[category.slug])
    return _answer(request, Feed(title=str(category), name=f"category/{category.pk}", page=page, own=own, entries=entries, notes={}))


def holder_feed(request: HttpRequest, holder: Namespace) -> HttpResponseBase:
    """Answer with what was put lately into those lists of a person or a team that the one who asks may see."""
    lists = ReadingList.objects.visible_to(request.user).filter(owner=holder)
    items = ListItem.objects.annotate(at=F("added_at"), paper_key=F("paper"))
    newest = newest_of_each(items, "reading_list", lists, LENGTH).order_by("-at", "-pk")
    rows = list(newest.values_list("paper_key", "at", "reading_list__title")[:LENGTH])[::-1]  # what came last counts
    times = {paper: at for paper, at, _title in rows}
    entries = sorted((Entry(*row) for row in times.items()), key=lambda entry: (entry.at, entry.paper_key), reverse=True)
    notes = {paper: _("Added to “%(list)s”") % {"list": title} for paper, _at, title in rows}
    page, own = (reverse(f"papers:{route}", args=[holder.name]) for route in ("holder", "holder_feed"))
    return _answer(request, Feed(title=holder.display_name, name=f"people/{holder.pk}", page=page, own=own, entries=entries, notes=notes))


def search_feed(request: HttpRequest, text: str) -> HttpResponseBase:
    """Answer with what came in within four weeks and holds what a search asks for."""
    try:
        found = within_limit(lambda: found_lately(text, request.user, since=LATELY))  # type: ignore[arg-type]  # a visitor's `in:` names public lists
    except TookTooLong:
        return HttpResponse(status=503, headers={"Retry-After": "3600"})
    entries = _newest(Paper.objects.visible_to(request.user).filter(pk__in=found))
    page, own = (f"{path}?{urlencode({'q': text})}" for path in (reverse("papers:search"), reverse("papers:search_file", args=["atom"])))
    name = f"search/{sha256(text.encode()).hexdigest()[:16]}"
    return _answer(request, Feed(title=text, name=name, page=page, own=own, entries=entries, notes={}))


def stream_feed(request: HttpRequest, reader: User) -> HttpResponseBase:
    """Answer with a reader's stream. Call it for whoever has its secret address, which is the permission."""
    followed = Followed(reader)
    entries: list[Entry] = stream_page(followed, "", LENGTH).items
    reasons = reasons_for(followed, [entry.paper_key for entry in entries])
    notes = {key: " · ".join(reason.text for reason in own) for key, own in reasons.items()}
    page, name = reverse("papers:following"), f"following/{reader.pk}"
    title = _("%(site)s: from what you follow") % {"site": settings.SITE_NAME}
    return _answer(request, Feed(title=title, name=name, page=page, own=request.path, entries=entries, notes=notes))


def _newest(papers: PaperQuerySet) -> list[Entry]:
    return [Entry(*row) for row in papers.newest().values_list("pk", "first_seen_at")[:LENGTH]]


def _answer(request: HttpRequest, feed: Feed) -> HttpResponseBase:
    """Write a feed, or answer with 304 to whom has it; papers' texts are only read where it is written."""
    keys = [entry.paper_key for entry in feed.entries]
    changes = dict(Paper.objects.filter(pk__in=keys).values_list("pk", "updated_at"))
    changed_at = max([*changes.values(), *(entry.at for entry in feed.entries)], default=NEVER)
    facts = (VERSION, feed.own, feed.title, feed.entries, sorted(changes.items()), sorted(feed.notes.items()))
    etag = f'"{sha256(repr(facts).encode()).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag)  # no date tells that an entry has gone
    if answer is None:
        answer = HttpResponse(_written(feed, changed_at), content_type="application/atom+xml; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    patch_vary_headers(answer, ("Authorization", "Cookie"))
    return answer


def _written(feed: Feed, changed_at: datetime) -> str:
    identity = f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{feed.name}"
    page, own = settings.SITE_URL + feed.page, settings.SITE_URL + feed.own
    about = FeedAbout(
        title=feed.title, description="", author=settings.SITE_NAME, identity=identity, page=page, own=own, changed_at=changed_at
    )
    papers = Paper.objects.filter(pk__in=[entry.paper_key for entry in feed.entries])
    rows = {row["pk"]: row for row in rows_with_papers(papers, "pk", "slug", path="")}
    return write_feed(about, [_entry(rows[one.paper_key], one, feed) for one in feed.entries if one.paper_key in rows])


def _entry(row: dict[str, str], entry: Entry, feed: Feed) -> FeedEntry:
    record = replace(record_of(row), note=feed.notes.get(entry.paper_key, ""))
    address = settings.SITE_URL + reverse("papers:paper", args=[row["slug"]])
    return FeedEntry(record=record, name=str(entry.paper_key), address=address, added_at=entry.at)
