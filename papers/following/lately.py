"""What is new for many readers at once from what each of them follows: the digest's signal, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from papers.following.stream import newest_of_each
from papers.models import Author, AuthorClaim, Authorship, Follow, ListItem, ReadingList, Vote
from papers.models.vote import shows_votes

MOST_OF_EACH = 50  # the newest papers of one author, list or person
Signal = dict[str, Any]  # `kind` of a reason, and the facts that its sentence names: of people and lists their keys
Audience = dict[int, set[int]]  # who follows something, by its key


def followed_lately(user_ids: Collection[int], *, since: timedelta) -> dict[int, dict[int, Signal]]:
    """Return for each reader the new papers from what the reader follows, each with its strongest reason.

    Papers by followed authors come before those put into followed lists, and these before those upvoted by
    followed people. Eight queries for any number of readers.

    Args:
        since: how far back papers are new, and what happened to them is.

    Returns:
        Reasons by paper, by reader.
    """
    found: dict[int, dict[int, Signal]] = {user_id: {} for user_id in user_ids}
    follows = Follow.objects.filter(user__in=user_ids)
    for source in (_by_authors, _put, _upvoted):
        for user_id, paper, signal in source(follows, since):
            found[user_id].setdefault(paper, signal)
    return found


def _by_authors(follows: QuerySet[Follow], since: timedelta) -> Iterator[tuple[int, int, Signal]]:
    followers = _audience(follows.filter(author__isnull=False).values_list("author", "user"))
    holds = AuthorClaim.objects.accepted().filter(user__author_claims__in=AuthorClaim.objects.accepted().filter(author__in=followers))
    for author, other in holds.values_list("user__author_claims__author", "author"):
        followers[other] |= followers.get(author, set())
    new = Authorship.objects.filter(paper__first_seen_at__gt=Now() - since).annotate(at=F("paper__first_seen_at"), paper_key=F("paper"))
    places = newest_of_each(new, "author", Author.objects.filter(pk__in=followers), MOST_OF_EACH)
    for author, paper, name in places.order_by("paper", "position").values_list("author", "paper_key", "author__name"):
        for user_id in followers[author]:
            yield user_id, paper, {"kind": "by_author", "author": name}


def _put(follows: QuerySet[Follow], since: timedelta) -> Iterator[tuple[int, int, Signal]]:
    readers = _readers_of_lists(follows)
    newest = newest_of_each(
        _new(ListItem.objects.all(), "added_at", since), "reading_list", ReadingList.objects.filter(pk__in=readers), MOST_OF_EACH
    )
    rows = newest.order_by("-at", "-paper_key").values_list("reading_list", "paper_key", "added_by")
    for reading_list, paper, added_by in rows:
        for user_id in readers[reading_list] - {added_by}:
            yield user_id, paper, {"kind": "in_followed_list", "list": reading_list}


def _readers_of_lists(follows: QuerySet[Follow]) -> Audience:
    """Who hears of which list: whoever follows it, the one it is inside, or its owner, and may read it.

    Of people and teams that are followed, lists are heard of that everybody here may read.
    """
    followers = _audience(follows.of_readable_lists().values_list("reading_list", "user"))  # type: ignore[attr-defined]
    holders = _audience(follows.filter(namespace__isnull=False).values_list("namespace", "user"))
    is_open = Exists(ReadingList.objects.opened().filter(pk=OuterRef("pk")))
    of_holders = Q(owner__in=holders, is_open=True)
    wanted = ReadingList.objects.annotate(is_open=is_open).filter(Q(pk__in=followers) | Q(parent__in=followers) | of_holders)
    readers: Audience = {}
    for pk, parent, owner, is_opened in wanted.values_list("pk", "parent", "owner", "is_open"):
        readers[pk] = followers.get(pk, set()) | followers.get(parent or 0, set()) | (holders.get(owner, set()) if is_opened else set())
    return readers


def _upvoted(follows: QuerySet[Follow], since: timedelta) -> Iterator[tuple[int, int, Signal]]:
    followers = _audience(follows.filter(namespace__user__isnull=False).values_list("namespace__user", "user"))
    people = User.objects.filter(shows_votes(), pk__in=followers).select_related(None)
    newest = newest_of_each(_new(Vote.objects.all(), "created_at", since), "user", people, MOST_OF_EACH)
    for person, paper in newest.order_by("-at", "-paper_key").values_list("user", "paper_key"):
        for user_id in followers[person]:
            yield user_id, paper, {"kind": "upvoted_by", "person": person}


def _new(rows: QuerySet[Any], time: str, since: timedelta) -> QuerySet[Any]:
    """What happened lately to papers that are new."""
    lately = {f"{time}__gt": Now() - since, "paper__first_seen_at__gt": Now() - since}
    return rows.filter(**lately).annotate(at=F(time), paper_key=F("paper"))


def _audience(pairs: Iterable[tuple[int, int]]) -> Audience:
    readers: Audience = defaultdict(set)
    for key, user_id in pairs:
        readers[key].add(user_id)
    return readers
