"""From rows to the content of a digest: which papers, for which reasons. Reads only; actions write."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import chain

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value
from django.db.models.functions import Now

from accounts.models import User
from digests.models import Digest, DigestPaper
from digests.recommender import Candidate, Model, PaperText, Reader, Recommendation, Recommender
from papers.following.lately import followed_lately
from papers.models import Interest, ListItem, Paper, ReadingState, Vote
from papers.search.watching import found_lately

Kind = Interest.Kind

NEWS = timedelta(days=28)  # since the catalogue saw a paper first
MOST_CANDIDATES = 20_000
MOST_OWN = 200  # the latest papers of a reader that make the profile


def load_recommender(model: Model) -> Recommender:
    """Read everything that is new in the catalogue: once per run, a few seconds for 20,000 papers."""
    new = Paper.objects.newest().with_stats().filter(first_seen_at__gt=Now() - NEWS)
    codes = ArrayAgg("categories__slug", filter=Q(categories__isnull=False), default=Value([]))
    columns = new.annotate(codes=codes).values_list("pk", "title", "abstract", "codes", "stats__vote_count", "stats__hot")
    return Recommender(
        model,
        (
            Candidate(id=pk, title=title, abstract=abstract, categories=frozenset(codes), votes=votes, heat=hot)
            for pk, title, abstract, codes, votes, hot in columns[:MOST_CANDIDATES].iterator()
        ),
    )


def load_readers(recommender: Recommender, user_ids: Collection[int]) -> dict[int, Reader]:
    """Return what each of some people did and said, and let the recommender know their papers.

    Fifteen queries for any number of people, and three more for each saved search.
    """
    saved, upvoted, sent, said = _saved_by(user_ids), _upvoted_by(user_ids), _sent_to(user_ids), _said_by(user_ids)
    settled = _settled_by(user_ids)
    follows = followed_lately(user_ids, since=NEWS)
    matches = _found_for({user_id: said[user_id][Kind.SEARCH] for user_id in user_ids})
    seeds = _papers_of(chain.from_iterable(said[user_id][Kind.PAPER] for user_id in user_ids))
    readers = {
        user_id: Reader(
            saved=list(dict.fromkeys(saved[user_id])),
            upvoted=upvoted[user_id],
            sent=frozenset(sent[user_id]),
            settled=frozenset(settled[user_id]),
            named=[*(seeds[name] for name in said[user_id][Kind.PAPER] if name in seeds), -user_id],
            categories=frozenset(said[user_id][Kind.CATEGORY]),
            matches=matches[user_id],
            followed=follows[user_id],
        )
        for user_id in user_ids
    }
    own = chain.from_iterable(chain(reader.saved[:MOST_OWN], reader.upvoted[:MOST_OWN], reader.named) for reader in readers.values())
    texts = Paper.objects.filter(pk__in=recommender.unknown(set(own))).values_list("pk", "title", "abstract")
    papers = [PaperText(id=pk, title=title, abstract=abstract) for pk, title, abstract in texts]
    keywords = [PaperText(id=-user_id, title=" ".join(said[user_id][Kind.KEYWORD])) for user_id in user_ids if said[user_id][Kind.KEYWORD]]
    recommender.remember([*papers, *keywords])
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
    items = ListItem.objects.in_lists().filter(theirs).order_by("-added_at", "-pk")
    saved: dict[int, list[int]] = defaultdict(list)
    for user_id, paper, _added_at in items.keepers():
        saved[user_id].append(paper)
    return saved


def _upvoted_by(user_ids: Collection[int]) -> dict[int, list[int]]:
    votes = Vote.objects.filter(user__in=user_ids).order_by("-created_at", "-pk")
    return _grouped(votes.values_list("user", "paper"))


def _said_by(user_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Interests by reader and kind."""
    said: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for user_id, kind, value in Interest.objects.filter(user__in=user_ids).values_list("user", "kind", "value"):
        said[user_id][kind].append(value)
    return said


def _found_for(searches: dict[int, list[str]]) -> dict[int, dict[int, str]]:
    """What is new in each reader's saved searches: the search that found a paper, by paper, by reader."""
    people = User.objects.in_bulk([user_id for user_id, texts in searches.items() if texts])
    found: dict[int, dict[int, str]] = {user_id: {} for user_id in searches}
    for user_id, person in people.items():
        for text in searches[user_id]:
            for paper in found_lately(text, person, since=NEWS):
                found[user_id].setdefault(paper, text)
    return found


def _papers_of(names: Iterable[str]) -> dict[str, int]:
    """Papers by the arXiv ids and DOIs that name them, as far as the catalogue has them."""
    found = Paper.objects.named_by(set(names)).values_list("pk", "arxiv_id", "doi")
    return {name: pk for pk, arxiv_id, doi in found for name in (arxiv_id, doi) if name}


def _sent_to(user_ids: Collection[int]) -> dict[int, list[int]]:
    return _grouped(DigestPaper.objects.filter(user__in=user_ids).order_by().values_list("user", "paper"))


def _settled_by(user_ids: Collection[int]) -> dict[int, list[int]]:
    """Papers that a reader has read, is going to read, or does not want: none of them is news."""
    return _grouped(ReadingState.objects.filter(user__in=user_ids).values_list("user", "paper"))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    papers: dict[int, list[int]] = defaultdict(list)
    for user_id, paper_id in pairs:
        papers[user_id].append(paper_id)
    return papers
