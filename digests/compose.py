"""From rows to the content of a digest: which papers, for which reasons. Reads only; actions write."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from digests.doings import Doing, done_by, latest_first, texts_of
from digests.models import CategoryQuota, Digest, DigestPaper, LeftOut, Subscription, Taste
from digests.recommender import BARS, Candidate, Model, PaperText, Quota, Reader, Recommendation, Recommender, Signal
from digests.schedule import days_of
from papers.following.lately import followed_lately
from papers.following.teams import kept_in_teams_lately
from papers.models import AuthorClaim, Authorship, Citation, CitationRecord, Interest, Paper, ReadingState
from papers.models.reading_state import State
from papers.search.watching import found_lately

Kind = Interest.Kind

NEWS = timedelta(days=28)  # since the catalogue saw a paper first
NEWS_OF_A_MONTH = timedelta(days=42)  # from the first day of a month to the first Sunday of the next are 37 days at most
DAY = timedelta(days=1)
MOST_CANDIDATES = 20_000
MOST_OWN = 200  # the latest papers of a reader that make the profile
FAINT, MOST_FAINT = frozenset({"opened", "team"}), 50  # kinds that say little, and how many papers of them count
MOST_DISMISSED = 50  # the latest papers whose likes are kept away


def news_of(period_key: str) -> timedelta:
    """Return how far the digest of a period looks back: further than to the one before, of the same cadence."""
    first, last = days_of(period_key)
    return NEWS if last - first < NEWS_OF_A_MONTH / 2 else NEWS_OF_A_MONTH


def load_recommender(model: Model, *, news: timedelta = NEWS) -> Recommender:
    """Read everything that is new in the catalogue: once per run, a few seconds for 20,000 papers."""
    new = Paper.objects.newest().with_stats().filter(first_seen_at__gt=Now() - news)
    codes = ArrayAgg("categories__slug", filter=Q(categories__isnull=False), default=Value([]))
    columns = new.annotate(codes=codes).values_list("pk", "title", "abstract", "codes", "stats__vote_count", "stats__hot")
    return Recommender(
        model,
        (
            Candidate(id=pk, title=title, abstract=abstract, categories=frozenset(codes), votes=votes, heat=hot)
            for pk, title, abstract, codes, votes, hot in columns[:MOST_CANDIDATES].iterator()
        ),
    )


def load_readers(recommender: Recommender, user_ids: Collection[int], *, news: timedelta = NEWS) -> dict[int, Reader]:
    """Return what each of some people did and said, and let the recommender know their papers.

    Thirty-two queries for any number of people, and three more for each saved search.

    Args:
        news: since when the recommender's papers are known to the catalogue.
    """
    said, doings, states = _said_by(user_ids), _doings_of(user_ids), _states_of(user_ids)
    tastes = {taste.user_id: taste for taste in _of(Taste, user_ids)}
    left_out = _grouped(_of(LeftOut, user_ids).values_list("user", "paper"))
    known = _grouped(chain(_of(DigestPaper, user_ids).order_by().values_list("user", "paper"), _written_by(user_ids)))
    teams, follows = kept_in_teams_lately(user_ids, since=news), followed_lately(user_ids, since=news)
    matches = _found_for({user_id: said[user_id][Kind.SEARCH] for user_id in user_ids}, news)
    seeds = _papers_of(chain.from_iterable(said[user_id][Kind.PAPER] for user_id in user_ids))
    wishes, quotas = {one.user_id: one for one in _of(Subscription, user_ids)}, _quotas_of(user_ids)
    signals, dismissed = {}, {}
    for user_id in user_ids:
        taste, ruled_out = tastes.get(user_id) or Taste(), states[user_id].get(State.DISMISSED, [])
        silent = {*left_out[user_id], *(paper for paper, _moment in ruled_out)}
        signals[user_id] = [*_telling(doings[user_id], taste, silent), *_named(user_id, said[user_id], seeds, silent)]
        dismissed[user_id] = dict(_ages([(paper, moment) for paper, moment in ruled_out if taste.counts(moment)][:MOST_DISMISSED]))
    citing, readers = _citing(signals, news), {}
    for user_id in user_ids:
        readers[user_id] = Reader(
            signals=signals[user_id],
            dismissed=dismissed[user_id],
            known={
                *known[user_id],
                *(paper for rows in states[user_id].values() for paper, _moment in rows),
                *(doing.paper for doing in doings[user_id] if doing.kind != "team"),
            },
            categories=frozenset(said[user_id][Kind.CATEGORY]),
            must=said[user_id][Kind.MUST],
            never=said[user_id][Kind.NEVER],
            quotas=quotas[user_id],
            matches=matches[user_id],
            followed={**teams[user_id], **follows[user_id]},
            citing=citing[user_id],
            bar=BARS[wishes[user_id].choosiness if user_id in wishes else "usual"],
            surprise=wishes[user_id].has_surprise if user_id in wishes else True,
        )
    own = {paper for reader in readers.values() for paper in (*reader.weights, *reader.dismissed)}
    recommender.memory.remember(texts_of(Paper.objects.filter(pk__in=recommender.memory.unknown(own))))
    words = {user_id: " ".join(said[user_id][Kind.KEYWORD]) for user_id in user_ids}
    recommender.memory.remember(PaperText(id=-user_id, title=title) for user_id, title in words.items() if title)
    return readers


def entries_of(digest: Digest, recommendations: Iterable[Recommendation]) -> list[DigestPaper]:
    """Return the unsaved rows that freeze a digest; its subscription must be loaded."""
    user_id = digest.subscription.user_id
    return [
        DigestPaper(digest=digest, user_id=user_id, paper_id=one.paper, position=position, score=one.score, reason=one.reason)
        for position, one in enumerate(recommendations, start=1)
    ]


def _of(model: type[Any], user_ids: Collection[int]) -> QuerySet[Any]:
    return model.objects.filter(user__in=user_ids)


def _doings_of(user_ids: Collection[int]) -> dict[int, list[Doing]]:
    """What each reader did, the latest first."""
    doings: dict[int, list[Doing]] = defaultdict(list)
    for doing in latest_first(done_by(user_ids)):
        doings[doing.user].append(doing)
    return doings


def _telling(doings: Iterable[Doing], taste: Taste, silent: Collection[int]) -> list[Signal]:
    """What may shape a reader's digest: the latest that the reader did, then a little of what was opened and of what the teams keep.

    Args:
        doings: the latest first.
        silent: papers that shape nothing, whatever was done with them.
    """
    telling = [doing for doing in doings if doing.paper not in silent and taste.counts(doing.moment)]
    return [
        *_signals([doing for doing in telling if doing.kind not in FAINT], MOST_OWN),
        *_signals([doing for doing in telling if doing.kind in FAINT], MOST_FAINT),
    ]


def _signals(doings: Sequence[Doing], most: int) -> list[Signal]:
    """What was done with the first so many papers."""
    papers = set(list(dict.fromkeys(doing.paper for doing in doings))[:most])
    now = timezone.now()
    return [Signal(doing.paper, doing.kind, (now - doing.moment) / DAY) for doing in doings if doing.paper in papers]


def _named(user_id: int, said: dict[str, list[str]], seeds: dict[str, int], silent: Collection[int]) -> list[Signal]:
    """What a reader named: papers, as far as the catalogue has them, and keywords, whose text has the reader's own id below zero."""
    named = [Signal(seeds[name], "named") for name in said[Kind.PAPER] if name in seeds and seeds[name] not in silent]
    return [*named, Signal(-user_id, "keywords")] if said[Kind.KEYWORD] else named


def _states_of(user_ids: Collection[int]) -> dict[int, dict[str, list[tuple[int, datetime]]]]:
    """Papers of which each reader said anything, the latest first, with the moment, by state."""
    states = defaultdict[int, dict[str, list[tuple[int, datetime]]]](dict)
    rows = _of(ReadingState, user_ids).order_by("-changed_at", "-pk").values_list("user", "paper", "state", "changed_at")
    for user_id, paper, state, moment in rows:
        states[user_id].setdefault(state, []).append((paper, moment))
    return states


def _ages(rows: Iterable[tuple[int, datetime]]) -> Iterator[tuple[int, float]]:
    """Papers with the days since."""
    now = timezone.now()
    return ((paper, (now - moment) / DAY) for paper, moment in rows)


def _said_by(user_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Interests by reader and kind."""
    said: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for user_id, kind, value in _of(Interest, user_ids).values_list("user", "kind", "value"):
        said[user_id][kind].append(value)
    return said


def _quotas_of(user_ids: Collection[int]) -> dict[int, dict[str, Quota]]:
    quotas: dict[int, dict[str, Quota]] = defaultdict(dict)
    for one in _of(CategoryQuota, user_ids).order_by("user", "category"):
        quotas[one.user_id][one.category] = Quota(one.at_least, one.at_most)
    return quotas


def _found_for(searches: dict[int, list[str]], news: timedelta) -> dict[int, dict[int, str]]:
    """What is new in each reader's saved searches: the search that found a paper, by paper, by reader."""
    people = User.objects.in_bulk([user_id for user_id, texts in searches.items() if texts])
    found: dict[int, dict[int, str]] = {user_id: {} for user_id in searches}
    for user_id, person in people.items():
        for text in searches[user_id]:
            for paper in found_lately(text, person, since=news):
                found[user_id].setdefault(paper, text)
    return found


def _papers_of(names: Iterable[str]) -> dict[str, int]:
    """Papers by the arXiv ids and DOIs that name them, as far as the catalogue has them."""
    found = Paper.objects.named_by(set(names)).values_list("pk", "arxiv_id", "doi")
    return {name: pk for pk, arxiv_id, doi in found for name in (arxiv_id, doi) if name}


def _citing(signals: Mapping[int, Sequence[Signal]], news: timedelta) -> dict[int, dict[int, int]]:
    """New papers that cite one of a reader's own, and which, the latest; by reader. Citations are known where OpenAlex was asked."""
    own = {signal.paper for each in signals.values() for signal in each if signal.kind != "team"}
    works = dict(CitationRecord.objects.filter(paper__in=own, work__isnull=False).values_list("paper", "work"))
    new = Citation.objects.filter(work__in=set(works.values()), paper__first_seen_at__gt=Now() - news)
    citing = _grouped(new.values_list("work", "paper"))
    found: dict[int, dict[int, int]] = {user_id: {} for user_id in signals}
    for user_id, each in signals.items():
        for signal in each:
            for paper in citing.get(works.get(signal.paper) or 0, ()) if signal.kind != "team" else ():
                found[user_id].setdefault(paper, signal.paper)
    return found


def _written_by(user_ids: Collection[int]) -> Iterable[tuple[int, int]]:
    """Readers and the papers that are their own."""
    claims = AuthorClaim.objects.accepted().filter(user__in=user_ids)
    return Authorship.objects.filter(author__claims__in=claims).values_list("author__claims__user", "paper")


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    papers: dict[int, list[int]] = defaultdict(list)
    for user_id, paper_id in pairs:
        papers[user_id].append(paper_id)
    return papers
