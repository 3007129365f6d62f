"""From rows to what the recommender learns from: texts, and who keeps what. Reads only; actions write."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from digests.doings import READ, Doing, kept_by, latest_first, texts_of
from digests.recommender import PaperText
from papers.models import ListItem, Paper, ReadingState, Vote

MOST_PAPERS = 60_000  # texts that the words and their company are learnt from
MOST_KEPT = 200  # latest papers of a reader


def load_histories() -> dict[int, list[int]]:
    """Return what each reader saved, upvoted, read or means to read, by reader, the latest first, each paper once."""
    kept: dict[int, list[Doing]] = defaultdict(list)
    for doing in kept_by():
        kept[doing.user].append(doing)
    return {user: _latest(doings, MOST_KEPT) for user, doings in kept.items()}


def load_texts(kept: set[int]) -> list[PaperText]:
    """Return the papers that somebody keeps, and the newest others, as far as there is room."""
    newest = Paper.objects.newest().values_list("pk", flat=True)[:MOST_PAPERS]
    chosen = list(dict.fromkeys(chain(sorted(kept, reverse=True), newest)))[:MOST_PAPERS]
    return list(texts_of(Paper.objects.filter(pk__in=chosen).order_by("pk")))


def count_kept() -> int:
    """Return how often anybody keeps a paper, roughly: what is saved twice counts twice."""
    return ListItem.objects.count() + Vote.objects.count() + ReadingState.objects.filter(state__in=READ).count()


def _latest(doings: Iterable[Doing], most: int) -> list[int]:
    """Return the papers of what one reader did, the latest first, each once."""
    return list(dict.fromkeys(doing.paper for doing in latest_first(doings)))[:most]
