"""Papers from what a reader follows: each once, where it last came up, newest first, in pages by key.

Each source gives its newest few in the order of an index, and what is newest of all is among them. Who
follows a hundred lists has the newest of each looked up, never all of them sorted.
"""

from collections.abc import Sequence
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
    AuthorClaim,
    Authorship,
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
from papers.models.paper import PaperQuerySet
from papers.models.reading_list import ReadingListQuerySet
from papers.models.reading_state import State

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

    @property
    def lists(self) -> ReadingListQuerySet:
        """Lists that are followed, those inside them, and those of people and teams that are: as far as the reader may see them."""
        mine = Follow.objects.of_reader(self.reader)
        lists = mine.filter(reading_list__isnull=False).values("reading_list")
        holders = mine.filter(namespace__isnull=False).values("namespace")
        wanted = Q(pk__in=lists) | Q(parent__in=lists) | Q(owner__in=holders)
        others = ReadingList.objects.visible_to(self.lists_for or self.reader).exclude(owner=self.reader.namespace)
        return others.filter(wanted)

    @property
    def people(self) -> QuerySet[User]:
        return User.objects.filter(namespace__in=Follow.objects.of_reader(self.reader).values("namespace")).select_related(None)

    def by_authors(self) -> QuerySet[Any]:
        return _papers(self.reader).filter(pk__in=Authorship.objects.filter(author__in=self.authors).values("paper"))

    def in_categories(self) -> QuerySet[Any]:
        return _papers(self.reader).filter(pk__in=PaperCategory.objects.filter(category__in=self.categories).values("paper"))

    def put(self) -> QuerySet[Any]:
        items = ListItem.objects.filter(reading_list__in=self.lists.values("pk")).filter(~Q(added_by=self.reader))
        return _wanted(items, self.reader).annotate(at=F("added_at"), paper_key=F("paper"))

    def upvoted(self) -> QuerySet[Any]:
        votes = Vote.objects.openly_cast().filter(user__in=self.people.values("pk"))
        return _wanted(votes, self.reader).annotate(at=F("created_at"), paper_key=F("paper"))


def stream_page(followed: Followed, cursor: str, size: int) -> KeysetPage:
    """Read one page of entries, in at most three queries whatever is followed.

    Args:
        cursor: "" for the first page, else the `next_cursor` of the page before.

    Raises:
        BadCursor: the cursor is forged, damaged or of another order.
    """
    sources = [followed.by_authors(), followed.in_categories(), followed.put(), followed.upvoted()]
    by_authors, in_categories, put, upvoted = _from(sources, cursor)
    newest = [
        _newest(by_authors, size + 1),
        _newest(in_categories, size + 1),
        _newest(newest_of_each(put, "reading_list", followed.lists, size + 1), size + 1),
        _newest(newest_of_each(upvoted, "user", followed.people, size + 1), size + 1),
    ]
    latest: dict[int, datetime] = {}
    for key, at in newest[0].union(*newest[1:], all=True):
        latest[key] = max(at, latest.get(key, at))
    entries = sorted((Entry(key, at) for key, at in latest.items()), key=lambda entry: (entry.at, entry.paper_key), reverse=True)
    following = cursor_of(entries[size - 1], ORDER) if len(entries) > size else ""
    return KeysetPage(items=entries[:size], next_cursor=following)


def newest_of_each(rows: QuerySet[Any], link: str, parents: QuerySet[Any], size: int) -> QuerySet[Any]:
    """Narrow rows to the newest few of each parent, which an index of parent and time gives one by one.

    Args:
        rows: with `at` and `paper_key`.
        link: from a row to its parent.
    """
    own = rows.filter(**{link: OuterRef("pk")}).order_by(*ORDER).values("pk")[:size]
    each = parents.order_by().annotate(newest=_Unnest(ArraySubquery(own))).values("newest")
    return rows.filter(pk__in=each)


def _from(sources: Sequence[QuerySet[Any]], cursor: str) -> list[QuerySet[Any]]:
    """Let sources go on after a cursor, without papers that pages before it have shown: those that came up later, too."""
    if not cursor:
        return list(sources)
    values = read_cursor(sources[0], ORDER, cursor)
    later = [source.exclude(beyond(source, ORDER, values)) for source in sources]
    shown = Q()
    for source in later:
        shown |= Q(Exists(source.filter(**{"pk" if source.model is Paper else "paper": OuterRef("paper_key")})))
    return [source.filter(beyond(source, ORDER, values)).exclude(shown) for source in sources]


def _newest(rows: QuerySet[Any], size: int) -> QuerySet[Any]:
    return rows.order_by(*ORDER).values_list("paper_key", "at")[:size]


def _papers(reader: User) -> PaperQuerySet:
    return Paper.objects.visible_to(reader).without_dismissed(reader).annotate(at=F("first_seen_at"), paper_key=F("pk"))


def _wanted(rows: QuerySet[Any], reader: User) -> QuerySet[Any]:
    """Rows about papers, without those that the reader said are not for them."""
    return rows.filter(~Exists(ReadingState.objects.of_reader(reader).filter(paper=OuterRef("paper"), state=State.DISMISSED)))
