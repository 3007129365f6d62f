"""From rows to the content of a digest: which papers, for which reasons. Reads only; actions write."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import chain

from django.db.models import Q
from django.db.models.functions import Now

from digests.models import Digest, DigestPaper
from digests.recommender import Candidate, PaperText, Reader, Recommendation, Recommender
from papers.models import ListItem, Paper, Vote

NEWS = timedelta(days=28)  # since the catalogue saw a paper first
MOST_CANDIDATES = 20_000
MOST_OWN = 200  # the latest papers of a reader that make the profile


def load_recommender() -> Recommender:
    """Fit the features of everything that is new in the catalogue: once per run, a few seconds for 20,000 papers."""
    new = Paper.objects.newest().with_stats().filter(first_seen_at__gt=Now() - NEWS)
    columns = new.values_list("pk", "title", "abstract", "stats__vote_count", "stats__hot")[:MOST_CANDIDATES]
    return Recommender(
        Candidate(id=pk, title=title, abstract=abstract, votes=votes, heat=hot) for pk, title, abstract, votes, hot in columns.iterator()
    )


def load_readers(recommender: Recommender, user_ids: Collection[int]) -> dict[int, Reader]:
    """Return what each of some people did, and let the recommender know their papers: four queries for any number."""
    saved, upvoted, sent = _saved_by(user_ids), _upvoted_by(user_ids), _sent_to(user_ids)
    readers = {
        user_id: Reader(saved=list(dict.fromkeys(saved[user_id])), upvoted=upvoted[user_id], sent=frozenset(sent[user_id]))
        for user_id in user_ids
    }
    own = chain.from_iterable(chain(reader.saved[:MOST_OWN], reader.upvoted[:MOST_OWN]) for reader in readers.values())
    texts = Paper.objects.filter(pk__in=set(own)).values_list("pk", "title", "abstract")
    recommender.remember(PaperText(id=pk, title=title, abstract=abstract) for pk, title, abstract in texts)
    return readers


def entries_of(digest: Digest, recommendations: Iterable[Recommendation]) -> list[DigestPaper]:
    """Return the unsaved rows that freeze a digest; its subscription must be loaded."""
    user_id = digest.subscription.user_id
    return [
        DigestPaper(digest=digest, user_id=user_id, paper_id=one.paper, position=position, score=one.score, reason=one.reason)
        for position, one in enumerate(recommendations, start=1)
    ]


def _saved_by(user_ids: Collection[int]) -> dict[int, list[int]]:
    """Papers in a reader's own lists, and those the reader put into a team's, the latest first."""
    theirs = Q(reading_list__owner__user__in=user_ids) | Q(added_by__in=user_ids)
    items = ListItem.objects.filter(theirs).order_by("-added_at", "-pk")
    saved: dict[int, list[int]] = defaultdict(list)
    for owner, adder, paper in items.values_list("reading_list__owner__user", "added_by", "paper"):
        for user_id in {owner, adder} - {None}:
            saved[user_id].append(paper)
    return saved


def _upvoted_by(user_ids: Collection[int]) -> dict[int, list[int]]:
    votes = Vote.objects.filter(user__in=user_ids).order_by("-created_at", "-pk")
    return _grouped(votes.values_list("user", "paper"))


def _sent_to(user_ids: Collection[int]) -> dict[int, list[int]]:
    return _grouped(DigestPaper.objects.filter(user__in=user_ids).order_by().values_list("user", "paper"))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    papers: dict[int, list[int]] = defaultdict(list)
    for user_id, paper_id in pairs:
        papers[user_id].append(paper_id)
    return papers
