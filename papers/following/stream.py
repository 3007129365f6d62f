"""Papers from what a reader follows: each once, where it last came up, newest first, in pages by key.

Each source gives its newest few in the order of an index, and what is newest of all is among them. Who
follows a hundred lists has the newest of each looked up, never all of them sorted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet

from accounts.keyset import KeysetPage, beyond, cursor_of, read_cursor
from accounts.models import User
from papers.models import (
    Author,
    AuthorClaim,
    Category,
    Follow,
    Interest,
    ListItem,
    Paper,
    PaperCategory,
    ReadingList,
    ReadingState,
    Vote,
)
from papers.models.reading_state import State
from papers.models.vote import shows_votes

MOST_LISTS = 1_000  # that changed last; who follows people may follow more
SPARE = 10  # more than a page holds, in place of what earlier pages have shown
ORDER = ("-at", "-paper_key")  # of every source: the moment, and the paper's key


@dataclass(frozen=True)
class Entry:
    """A paper in a stream.

    Attributes:
        paper_key: of the paper.
        at: when it last came up.
    """

    paper_key: int
    at: datetime


class _Unnest(Func):
    function, set_returning = "unnest", True


@dataclass(frozen=True)
class Followed:
    """What a reader follows, as the sources of a stream need it.

    Args:
        lists_for: whose lists may be told of, where that is not the reader: a token may lack the right to read lists.
    """

    reader: User
    lists_for: User | AnonymousUser | None = None

    @cached_property
    def authors(self) -> list[int]:
        """Authors under all names that are known to be theirs."""
        named = Follow.objects.of_reader(self.reader).filter(author__isnull=False).values_list("author", flat=True)
        return list(
            named.union(AuthorClaim.objects.accepted().filter(user__author_claims__in=self._claims).values_list("author", flat=True))
        )

    @property
    def _claims(self) -> QuerySet[AuthorClaim]:
        return AuthorClaim.objects.accepted().filter(author__follows__in=Follow.objects.of_reader(self.reader).values("pk"))

    @cached_property
    def categories(self) -> list[int]:
        named = Interest.objects.filter(user=self.reader, kind=Interest.Kind.CATEGORY).values("value")
        return list(Category.objects.filter(slug__in=named).values_list("pk", flat=True))

    @cached_property
    def lists(self) -> list[int]:
        """Lists that are followed, those inside them, and those of people and teams that are: as far as the reader may see them."""
        mine = Follow.objects.of_reader(self.reader)
        lists = mine.filter(reading_list__isnull=False).values("reading_list")
        holders = mine.filter(namespace__isnull=False).values("namespace")
        wanted = Q(pk__in=lists) | Q(parent__in=lists) | Q(owner__in=holders)
        others = ReadingList.objects.visible_to(self.lists_for or self.reader).exclude(owner=self.reader.namespace)
        return list(others.filter(wanted).recent().values_list("pk", flat=True)[:MOST_LISTS])

    @cached_property
    def people(self) -> list[int]:
        """People who are followed and show what they upvote."""
        named = Follow.objects.of_reader(self.reader).values("namespace")
        return list(User.objects.filter(shows_votes(), namespace__in=named).values_list("pk", flat=True))

    def sources(self) -> "list[Source]":
        papers = Paper.objects.visible_to(self.reader).without_dismissed(self.reader).annotate(at=F("first_seen_at"), paper_key=F("pk"))
        items = _timed(ListItem.objects.filter(~Q(added_by=self.reader)), "added_at", self.reader)
        votes = _timed(Vote.objects.all(), "created_at", self.reader)
        subjects = PaperCategory.objects.filter(category__in=self.categories).values("paper")
        return [
            Source(papers, "authorships__author", Author.objects.filter(pk__in=self.authors)),
            Source(papers.filter(pk__in=subjects)),
            Source(items, "reading_list", ReadingList.objects.filter(pk__in=self.lists)),
            Source(votes, "user", User.objects.filter(pk__in=self.people).select_related(None)),
        ]


@dataclass(frozen=True)
class Source:
    """Rows about papers, with `at` and `paper_key`.

    Attributes:
        link, parents: where only the rows of some parents count: from a row to its parent, and the parents.
    """

    rows: QuerySet[Any]
    link: str = ""
    parents: QuerySet[Any] | None = None

    def later(self, keys: Collection[int], values: list[Any]) -> QuerySet[Any]:
        """Which of some papers the source has before a place, so that a page before it has shown them."""
        own = self.rows if self.parents is None else self.rows.filter(**{f"{self.link}__in": self.parents.values("pk")})
        among = {"pk__in" if self.rows.model is Paper else "paper__in": keys}
        return own.filter(**among).exclude(beyond(self.rows, ORDER, values)).order_by().values_list("paper_key")

    def newest(self, size: int, values: list[Any]) -> QuerySet[Any]:
        """The newest few rows, beyond a place where one is given, as pairs of paper and moment."""
        rows = self.rows.filter(beyond(self.rows, ORDER, values)) if values else self.rows
        if self.parents is not None:
            rows = newest_of_each(rows, self.link, self.parents, size)
        return rows.order_by(*ORDER).values_list("paper_key", "at")[:size]


def stream_page(followed: Followed, cursor: str, size: int) -> KeysetPage:
    """Read one page of entries, in five queries whatever is followed, and six from the second page on.

    What came up again later has been on a page before and is left out, so a page may be shorter than it could be.

    Args:
        cursor: "" for the first page, else the `next_cursor` of the page before.

    Raises:
        BadCursor: the cursor is forged, damaged or of another order.
    """
    sources, most = followed.sources(), size + SPARE
    values = read_cursor(sources[0].rows, ORDER, cursor) if cursor else []
    found = _candidates(sources, values, most + 1)
    shown = _shown(sources, values, [entry.paper_key for entry in found]) if values else set()
    fresh = [entry for entry in found[:most] if entry.paper_key not in shown]
    if len(fresh) > size:
        return KeysetPage(items=fresh[:size], next_cursor=cursor_of(fresh[size - 1], ORDER))
    if len(found) <= most:
        return KeysetPage(items=fresh, next_cursor="")
    following = cursor_of(found[most - 1], ORDER)
    return KeysetPage(items=fresh, next_cursor=following) if fresh else stream_page(followed, following, size)


def _candidates(sources: Sequence[Source], values: list[Any], size: int) -> list[Entry]:
    """The newest papers beyond a place, each once; what is newest of all is among the newest of each source."""
    first, *others = [source.newest(size, values) for source in sources]
    latest: dict[int, datetime] = {}
    for key, at in first.union(*others, all=True):
        latest[key] = max(at, latest.get(key, at))
    entries = [Entry(key, at) for key, at in latest.items()]
    return sorted(entries, key=lambda entry: (entry.at, entry.paper_key), reverse=True)[:size]


def _shown(sources: Sequence[Source], values: list[Any], keys: Collection[int]) -> set[int]:
    """Papers that pages before a place have shown."""
    first, *others = [source.later(keys, values) for source in sources]
    return {key for (key,) in first.union(*others, all=True)}


def newest_of_each(rows: QuerySet[Any], link: str, parents: QuerySet[Any], size: int) -> QuerySet[Any]:
    """Narrow rows to the newest few of each parent, which an index of parent and time gives one by one.

    Args:
        rows: with `at` and `paper_key`.
        link: from a row to its parent.
    """
    own = rows.filter(**{link: OuterRef("pk")}).order_by(*ORDER).values("pk")[:size]
    each = parents.order_by().annotate(newest=_Unnest(ArraySubquery(own))).values("newest")
    names = {name: rows.query.annotations[name] for name in ("at", "paper_key")}
    return rows.model._default_manager.filter(pk__in=each).annotate(**names)


def _timed(rows: QuerySet[Any], time: str, reader: User) -> QuerySet[Any]:
    """Rows about papers with their moment, without those that the reader said are not for them."""
    dismissed = ReadingState.objects.of_reader(reader).filter(paper=OuterRef("paper"), state=State.DISMISSED)
    return rows.filter(~Exists(dismissed)).annotate(at=F(time), paper_key=F("paper"))
