"""Papers from what a reader follows: each once, where it last came up, newest first, in pages by key.

Each source gives its newest few in the order of an index, and what is newest of all is among them. Who
follows a hundred lists has the newest of each looked up, never all of them sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, Max, OuterRef, Q, QuerySet

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
        link, parents: where only the rows of some parents count: from a row to its parent, and the parents. A paper
            has one row for each of them, and one in all where there are none.
    """

    rows: QuerySet[Any]
    link: str = ""
    parents: QuerySet[Any] | None = None

    def newest(self, size: int) -> QuerySet[Any]:
        """The newest few papers, each once, as pairs of paper and moment."""
        if self.parents is None:
            return self.rows.order_by(*ORDER).values_list("paper_key", "at")[:size]
        rows = newest_of_each(self.rows, self.link, self.parents, size).order_by()
        return (
            rows.values("paper_key").annotate(latest=Max("at")).order_by("-latest", "-paper_key").values_list("paper_key", "latest")[:size]
        )

    def after(self, values: list[Any], sources: "Sequence[Source]") -> "Source":
        """The same beyond a place, without papers that some source has before it: pages before have shown them."""
        rows = self.rows.filter(beyond(self.rows, ORDER, values))
        for other in sources:
            rows = rows.filter(~Exists(other._before(values).filter(paper_key=OuterRef("paper_key"))))
        return replace(self, rows=rows)

    def _before(self, values: list[Any]) -> QuerySet[Any]:
        own = self.rows if self.parents is None else self.rows.filter(**{f"{self.link}__in": self.parents.values("pk")})
        return own.exclude(beyond(self.rows, ORDER, values)).order_by()


def stream_page(followed: Followed, cursor: str, size: int) -> KeysetPage:
    """Read one page of entries, in five queries whatever is followed.

    A paper that came up again since the page before was read stays where that page showed it.

    Args:
        cursor: "" for the first page, else the `next_cursor` of the page before.

    Raises:
        BadCursor: the cursor is forged, damaged or of another order.
    """
    return page_of(followed.sources(), cursor, size)


def page_of(sources: "Sequence[Source]", cursor: str, size: int) -> KeysetPage:
    """Read one page of what some sources hold; one query for them all, whatever there is. As for stream_page()."""
    if cursor:
        values = read_cursor(sources[0].rows, ORDER, cursor)
        sources = [source.after(values, sources) for source in sources]
    found = _candidates(sources, size + 1)
    following = cursor_of(found[size - 1], ORDER) if len(found) > size else ""
    return KeysetPage(items=found[:size], next_cursor=following)


def _candidates(sources: Sequence[Source], size: int) -> list[Entry]:
    """The newest papers, each once; what is newest of all is among the newest of each source."""
    first, *others = [source.newest(size) for source in sources]
    latest: dict[int, datetime] = {}
    for key, at in first.union(*others, all=True) if others else first:
        latest[key] = max(at, latest.get(key, at))
    entries = [Entry(key, at) for key, at in latest.items()]
    return sorted(entries, key=lambda entry: (entry.at, entry.paper_key), reverse=True)[:size]


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
