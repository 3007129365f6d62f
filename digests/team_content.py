"""From rows to the content of a team's digest: what its people saved and discussed, and what is near to it. Reads only; actions write."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Team
from digests.doings import texts_of
from digests.models import TeamDigest
from digests.recommender import BARS, Reader, Recommender, Signal
from papers.models import Comment, ListItem, Paper, Vote
from papers.models.vote import shows_votes

MOST_SAVED, MOST_DISCUSSED, MOST_LIKELY = 12, 8, 5  # papers in each part
MOST_ROWS = 1_000  # additions of a week that are looked at: somebody may have brought in a library
MOST_OWN = 200  # the latest papers that make a team's profile
DAY = timedelta(days=1)
Part = list[dict[str, Any]]


def content_of(digest: TeamDigest, recommender: Recommender, *, since: datetime) -> dict[str, Part]:
    """Return the parts of a team's digest, each perhaps empty. A fixed number of queries.

    Args:
        digest: with its subscription's team loaded.
        since: what happened from then on is news.
    """
    team = digest.subscription.team
    return {"saved": _saved(team, since), "discussed": _discussed(team, since), "likely": _likely(digest, recommender)}


def _saved(team: Team, since: datetime) -> Part:
    """What was put into the team's lists, the latest first, with who did it and where."""
    items = _items(team).filter(added_at__gt=since).order_by("-added_at", "-pk")
    saved: dict[int, dict[str, Any]] = {}
    for paper, adder, reading_list in items.values_list("paper", "added_by", "reading_list")[:MOST_ROWS]:
        one = saved.setdefault(paper, {"paper": paper, "people": [], "lists": []})
        one["lists"].append(reading_list)
        if adder and adder not in one["people"]:
            one["people"].append(adder)
    return list(saved.values())[:MOST_SAVED]


def _discussed(team: Team, since: datetime) -> Part:
    """What the team talked about in its lists, the most first; `item` is where it talked about it most."""
    said = Comment.objects.filter(
        item__reading_list__owner=team.namespace, written_at__gt=since, deleted_at__isnull=True, hidden_at__isnull=True
    )
    staying = said.filter(author__isnull=False, author__deletion_due_at__isnull=True)
    places: dict[int, Counter[int]] = {}
    for paper, item in staying.order_by("pk").values_list("item__paper", "item"):
        places.setdefault(paper, Counter())[item] += 1
    most = sorted(places.items(), key=lambda place: (-place[1].total(), place[0]))[:MOST_DISCUSSED]
    return [{"paper": paper, "item": items.most_common(1)[0][0], "comments": items.total()} for paper, items in most]


def _likely(digest: TeamDigest, recommender: Recommender) -> Part:
    """New papers near to what the team keeps and its people upvoted; nothing for a team of whose taste nothing is known."""
    team = digest.subscription.team
    signals = _signals(team)
    if not signals:
        return []
    papers = {signal.paper for signal in signals}
    recommender.memory.remember(texts_of(Paper.objects.filter(pk__in=recommender.memory.unknown(papers))))
    known = {*_items(team).values_list("paper", flat=True), *_had_before(digest)}
    reader = Reader(signals=signals, known=known, bar=BARS["usual"])
    return [{"paper": one.paper, "reason": one.reason} for one in recommender.recommend(reader, MOST_LIKELY)]


def _signals(team: Team) -> list[Signal]:
    """What the team keeps, and what those of its people upvoted who let others see it: the latest first."""
    kept = _items(team).order_by("-added_at", "-pk").values_list("added_at", "paper")[:MOST_OWN]
    people = Membership.objects.filter(shows_votes("user__"), team=team).values("user")
    votes = Vote.objects.filter(user__in=people).order_by("-created_at", "-pk").values_list("created_at", "paper")[:MOST_OWN]
    doings = [*((moment, paper, "saved") for moment, paper in kept), *((moment, paper, "upvoted") for moment, paper in votes)]
    now = timezone.now()
    return [Signal(paper, kind, (now - moment) / DAY) for moment, paper, kind in sorted(doings, reverse=True)[:MOST_OWN]]


def _had_before(digest: TeamDigest) -> Iterable[int]:
    """What earlier digests of the team suggested: nothing is suggested twice."""
    earlier = TeamDigest.objects.readable().filter(subscription=digest.subscription_id).exclude(pk=digest.pk)
    for likely in earlier.values_list("content__likely", flat=True):
        yield from (one["paper"] for one in likely or [])


def _items(team: Team) -> Any:
    return ListItem.objects.in_lists().filter(reading_list__owner=team.namespace)
