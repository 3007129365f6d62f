"""Telling a WebSub hub which feeds have changed since it was last told. The clock asks each minute, so no feed is told of oftener."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from accounts.models import HouseRules
from papers.formats.feeds import FORMS
from papers.models import Category, HubRound, Paper, ReadingList
from papers.sources.web import WebError
from papers.sources.websub import publish

LAG = timedelta(seconds=20)  # rows are dated when their transaction begins, and seen when it ends
log = logging.getLogger(__name__)


def tell_hub() -> int:
    """Tell the hub, where one is named and visitors may read; return of how many addresses. One that is away is told next time."""
    if not settings.WEBSUB_HUB or not HouseRules.current().public_reading:
        return 0
    turn, _new = HubRound.objects.get_or_create(pk=1)
    turn.refresh_from_db()
    until = timezone.now() - LAG
    feeds = changed_feeds(turn.told_until, until) if until > turn.told_until else []
    agent = f"Lectern (mailto:{settings.CONTACT_ADDRESS})"
    try:
        publish(settings.WEBSUB_HUB, feeds, agent=agent, may_ask_private=settings.FETCH_PRIVATE)
    except WebError as problem:
        log.warning("The WebSub hub was not told: %s", problem)
        return 0
    HubRound.objects.filter(pk=turn.pk, told_until__lt=until).update(told_until=until)
    return len(feeds)


def changed_feeds(since: datetime, until: datetime) -> list[str]:
    """Return the whole addresses of feeds that visitors may read and that changed, in every form; in three queries."""
    papers = Paper.objects.filter(first_seen_at__gt=since, first_seen_at__lte=until)
    subjects = Category.objects.filter(papers__in=papers).distinct().order_by("slug").values_list("slug", flat=True)
    routes: list[tuple[str, tuple[str, ...]]] = [("category_feed", (slug,)) for slug in subjects]
    if routes or papers.exists():
        routes.append(("catalogue_feed", ("new",)))
    lists = ReadingList.objects.visible_to(AnonymousUser()).filter(updated_at__gt=since, updated_at__lte=until)
    names = lists.order_by("pk").values_list("owner__name", "slug")
    routes += [("list_feed", name) for name in names] + [("holder_feed", (owner,)) for owner in sorted({owner for owner, _slug in names})]
    return [settings.SITE_URL + reverse(f"papers:{route}", args=[*name, form]) for route, name in routes for form in FORMS]
