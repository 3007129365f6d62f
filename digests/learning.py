"""From rows to what the recommender learns from: texts, and who keeps what. Reads only; actions write."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from digests.recommender import PaperText
from papers.models import ListItem, Paper, ReadingState, Vote
from papers.models.reading_state import State

MOST_PAPERS = 60_000  # texts that the words and their company are learnt from
MOST_KEPT = 200  # latest papers of a reader
READ = (State.READ, State.READING, State.TO_READ)


def load_histories() -> dict[int, list[int]]:
    """Return what each reader saved, upvoted, read or means to read, by reader, the latest first, each paper once."""
    kept: dict[int, list[tuple[object, int]]] = defaultdict(list)
    for user, paper, moment in _kept():
        kept[user].append((moment, paper))
    return {user: _latest(papers) for user, papers in kept.items()}


def load_texts(kept: set[int]) -> list[PaperText]:
    """Return the papers that somebody keeps, and the newest others, as far as there is room."""
    newest = Paper.objects.newest().values_list("pk", flat=True)[:MOST_PAPERS]
    chosen = list(dict.fromkeys(chain(sorted(kept, reverse=True), newest)))[:MOST_PAPERS]
    rows = Paper.objects.filter(pk__in=chosen).order_by("pk").values_list("pk", "title", "abstract")
    return [PaperText(id=pk, title=title, abstract=abstract) for pk, title, abstract in rows.iterator()]


def count_kept() -> int:
    """Return how often anybody keeps a paper, roughly: what is saved twice counts twice."""
    return ListItem.objects.count() + Vote.objects.count() + ReadingState.objects.filter(state__in=READ).count()


def _kept() -> Iterator[tuple[int, int, object]]:
    yield from ListItem.objects.in_lists().order_by().keepers()
    yield from Vote.objects.order_by().values_list("user", "paper", "created_at").iterator()
    yield from ReadingState.objects.filter(state__in=READ).order_by().values_list("user", "paper", "changed_at").iterator()


def _latest(papers: list[tuple[object, int]]) -> list[int]:
    papers.sort(reverse=True)
    return list(dict.fromkeys(paper for _moment, paper in papers))[:MOST_KEPT]
