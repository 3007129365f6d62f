"""Telling a WebSub hub which feeds have changed since it was last told. The clock asks each minute, so no feed is told of oftener."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from accounts.locks import holding_if_free
from accounts.models import HouseRules
from papers.formats.feeds import FORMS
from papers.models import AuthorClaim, Authorship, Category, HubRound, Paper, ReadingList
from papers.sources.web import WebError
from papers.sources.websub import publish

LAG = timedelta(seconds=20)  # rows are dated when their transaction begins, and seen when it ends
MOST_AUTHORSHIPS = 10_000  # a day of arXiv. A hub fetches all that it is told of, and an archive has millions
TELLING = "telling the hub"
log = logging.getLogger(__name__)


def tell_hub() -> int:
    """Tell the hub, where one is named and visitors may read; return of how many addresses. One that is away is told next time."""
    if not settings.WEBSUB_HUB or not HouseRules.current().public_reading:
        return 0
    with holding_if_free(TELLING) as is_alone:  # a slow hub has a round longer than a minute
        return _tell() if is_alone else 0


def changed_feeds(since: datetime, until: datetime) -> list[str]:
    """Return the whole addresses of feeds but authors' that visitors may read and that changed, in every form; in three queries."""
    papers = Paper.objects.filter(first_seen_at__gt=since, first_seen_at__lte=until)
    subjects = Category.objects.filter(papers__in=papers).distinct().order_by("slug").values_list("slug", flat=True)
    routes: list[tuple[str, Sequence[str]]] = [("category_feed", (slug,)) for slug in subjects]
    if routes or papers.exists():
        routes.append(("catalogue_feed", ("new",)))
    lists = ReadingList.objects.visible_to(AnonymousUser()).filter(updated_at__gt=since, updated_at__lte=until)
    names = lists.order_by("pk").values_list("owner__name", "slug")
    routes += [("list_feed", name) for name in names] + [("holder_feed", (owner,)) for owner in sorted({owner for owner, _slug in names})]
    return _addresses(routes)


def changed_authors(since: datetime, until: datetime) -> list[str]:
    """Return the same of the authors of new papers, under each name of theirs; in two queries. Of a flood, the newest papers count."""
    new = Authorship.objects.filter(paper__first_seen_at__gt=since, paper__first_seen_at__lte=until)
    authors = set(new.order_by("-paper__first_seen_at", "-paper_id").values_list("author", flat=True)[:MOST_AUTHORSHIPS])
    authors.update(AuthorClaim.objects.beside(*authors).values_list("author", flat=True))
    return _addresses(("author_feed", (author,)) for author in sorted(authors))


def _addresses(routes: Iterable[tuple[str, Sequence[object]]]) -> list[str]:
    return [settings.SITE_URL + reverse(f"papers:{route}", args=[*name, form]) for route, name in routes for form in FORMS]


def _tell() -> int:
    turn, _new = HubRound.objects.get_or_create(pk=1)
    turn.refresh_from_db()
    since, until = turn.told_until, timezone.now() - LAG
    if until <= since:
        return 0
    feeds, authors = changed_feeds(since, until), changed_authors(since, until)
    if not _publish(feeds):
        return 0
    HubRound.objects.filter(pk=turn.pk, told_until__lt=until).update(told_until=until)
    # A hub that takes these no longer has too many: told all of them once more it would fare no better, nor would those before them.
    return len(feeds) + (len(authors) if _publish(authors) else 0)


def _publish(feeds: Sequence[str]) -> bool:
    agent = f"Lectern (mailto:{settings.CONTACT_ADDRESS})"
    try:
        publish(settings.WEBSUB_HUB, feeds, agent=agent, may_ask_private=settings.FETCH_PRIVATE)
    except WebError as problem:
        log.warning("The WebSub hub was not told: %s", problem)
        return False
    return True
