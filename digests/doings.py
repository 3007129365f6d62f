"""What readers do with papers, as rows: the one place that says which of it tells of their taste."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from accounts.models import Membership
from digests.models import DigestPaper
from digests.recommender import PaperText
from papers.following.stream import newest_of_each
from papers.models import Comment, ListItem, Paper, ReadingList, ReadingState, Vote
from papers.models.reading_state import State

READ: dict[str, str] = {State.READ: "read", State.READING: "read", State.TO_READ: "to_read"}
MOST_OF_A_LIST = 20  # the latest papers of a team's list


class Doing(NamedTuple):
    """A reader did something with a paper; `kind` is one of the recommender's WORTH."""

    user: int
    paper: int
    kind: str
    moment: datetime


def kept_by(users: Collection[int] | None = None) -> Iterator[Doing]:
    """Yield what readers saved, upvoted, read or mean to read, of some readers or of all; four queries. A save may come twice."""
    items = ListItem.objects.in_lists().order_by()
    if users is None:
        yield from (Doing(user, paper, "saved", moment) for user, paper, moment in items.keepers())
    else:  # two queries, each of which has its index
        own = items.filter(reading_list__owner__user__in=users).values_list("reading_list__owner__user", "paper", "added_at")
        yield from _each(own, "saved")
        yield from _each(items.filter(added_by__in=users).values_list("added_by", "paper", "added_at"), "saved")
    of_users = Q() if users is None else Q(user__in=users)
    for user, paper, moment in Vote.objects.filter(of_users).order_by().values_list("user", "paper", "created_at").iterator():
        yield Doing(user, paper, "upvoted", moment)
    states = ReadingState.objects.filter(of_users, state__in=READ).order_by()
    for user, paper, state, moment in states.values_list("user", "paper", "state", "changed_at").iterator():
        yield Doing(user, paper, READ[state], moment)


def done_by(users: Collection[int]) -> Iterator[Doing]:
    """Yield all that tells of some readers' taste: what they keep, wrote about and opened, and what their teams keep; nine queries."""
    yield from kept_by(users)
    noted = ListItem.objects.in_lists().filter(note_by__in=users, note_at__isnull=False).exclude(note="")
    said = Comment.objects.filter(author__in=users, deleted_at__isnull=True, hidden_at__isnull=True)
    opened = DigestPaper.objects.filter(user__in=users, opened_at__isnull=False)
    yield from _each(noted.values_list("note_by", "paper", "note_at"), "noted")
    yield from _each(said.values_list("author", "paper", "written_at"), "noted")
    yield from _each(opened.values_list("user", "paper", "opened_at"), "opened")
    yield from _kept_by_teams(users)


def _each(rows: QuerySet[Any, tuple[Any, ...]], kind: str) -> Iterator[Doing]:
    return (Doing(user, paper, kind, moment) for user, paper, moment in rows.order_by())


def _kept_by_teams(users: Collection[int]) -> Iterator[Doing]:
    members: dict[int, list[int]] = {}
    for namespace, user in Membership.objects.filter(user__in=users).values_list("team__namespace", "user"):
        members.setdefault(namespace, []).append(user)
    items = ListItem.objects.in_lists().annotate(at=F("added_at"), paper_key=F("paper"))
    lists = ReadingList.objects.filter(owner__in=members)
    for owner, paper, moment in newest_of_each(items, "reading_list", lists, MOST_OF_A_LIST).values_list(
        "reading_list__owner", "paper", "at"
    ):
        yield from (Doing(user, paper, "team", moment) for user in members[owner])


def latest_first(doings: Iterable[Doing]) -> list[Doing]:
    return sorted(doings, key=lambda doing: (doing.moment, doing.paper), reverse=True)


def texts_of(papers: QuerySet[Paper]) -> Iterator[PaperText]:
    """Yield papers as the recommender reads them."""
    for pk, title, abstract in papers.values_list("pk", "title", "abstract").iterator():
        yield PaperText(id=pk, title=title, abstract=abstract)
