"""Who may see what announcements tell of: by the same querysets as what is told, asked for many audiences in one statement."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Value

from accounts.models import Announcement
from digests.models import EventType
from digests.posts.audience import Audience

AT_ONCE = 50  # audiences in one statement, which is as long as all their querysets
Many = Sequence[Announcement]
Seen = set[tuple[Audience, int]]  # with the key of the announcement
Sight = tuple[Callable[[Audience], QuerySet[Any]], Mapping[str, str]]  # what it may see, and the columns that the facts are of

LISTS: Sight = (Audience.lists, {"list": "pk"})
DELETED: Sight = (Audience.names, {"owner": "pk"})
TEAMS: Sight = (Audience.teams, {"team": "pk"})
SIGHTS: Mapping[str, Sight] = {
    EventType.PAPER_VOTED: (Audience.votes, {"by": "user", "paper": "paper"}),
    EventType.COMMENT_WRITTEN: (Audience.comments, {"comment": "pk"}),
    EventType.SUGGESTION_MADE: (Audience.suggestions, {"suggestion": "pk"}),
    EventType.ASSIGNMENT_MADE: (Audience.assignments, {"assignment": "pk"}),
    EventType.MEMBER_JOINED: TEAMS,
    EventType.MEMBER_LEFT: TEAMS,
    EventType.DIGEST_READY: (Audience.digests, {"digest": "pk"}),
    EventType.TEAM_DIGEST_READY: (Audience.team_digests, {"team_digest": "pk"}),
}


def seen(announcements: Many, audiences: Iterable[Audience]) -> Seen:
    """Return which audiences may see which announcements of one kind; two statements at most for each AT_ONCE audiences."""
    each, kind = list(dict.fromkeys(audiences)), announcements[0].kind
    if kind == EventType.PAPERS_ADDED:
        return {(audience, key) for key in _of_papers(announcements) for audience in each}
    if kind == EventType.LIST_CHANGED:
        gone = [one for one in announcements if one.facts["change"] == "deleted"]
        there = [one for one in announcements if one.facts["change"] != "deleted"]
        return _ask(DELETED, gone, each) | _ask(LISTS, there, each)
    return _ask(SIGHTS[kind], announcements, each)


def _of_papers(announcements: Many) -> list[int]:
    """Those of papers that are there for visitors, and so for everybody: asked once, since there may be tens of thousands."""
    named = {paper for one in announcements for paper in one.facts["papers"]}
    here = set(Audience().papers().filter(pk__in=named).values_list("pk", flat=True))
    return [one.pk for one in announcements if not here.isdisjoint(one.facts["papers"])]


def _ask(sight: Sight, announcements: Many, audiences: Sequence[Audience]) -> Seen:
    found: Seen = set()
    facts: dict[tuple[int, ...], list[int]] = {}
    for one in announcements:
        facts.setdefault(tuple(one.facts[name] for name in sight[1]), []).append(one.pk)
    for start in range(0, len(audiences) if facts else 0, AT_ONCE):
        some = audiences[start : start + AT_ONCE]
        first, *rest = (_rows(sight, facts, audience, place) for place, audience in enumerate(some))
        for place, *columns in first.union(*rest, all=True):
            found |= {(some[place], key) for key in facts.get(tuple(columns), ())}
    return found


def _rows(sight: Sight, facts: Iterable[tuple[int, ...]], audience: Audience, place: int) -> QuerySet[Any, tuple[int, ...]]:
    rows, columns = sight[0](audience), sight[1].values()
    wanted = {f"{column}__in": set(keys) for column, keys in zip(columns, zip(*facts, strict=True), strict=True)}
    return rows.filter(**wanted).order_by().annotate(place=Value(place)).values_list("place", *columns)
