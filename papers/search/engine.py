"""A search from the typed text to ranked papers: rankings by words, title, notes and meaning, fused; typos mended."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import connection

from papers import identity
from papers.models import Paper, PaperSearch, ReadingList, SearchWord
from papers.models.search import PaperSearchQuerySet
from papers.search import candidates
from papers.search.fusion import fuse
from papers.search.limit import TookTooLong, within_limit
from papers.search.query import Query, parse
from papers.search.sources import with_sources
from papers.search.spelling import nearest, one_edit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

ENOUGH = 3  # with fewer matches than this, a word may be misspelt
SHORTEST, LONGEST = 4, 40  # letters of a word that may be misspelt
MOST_ALIKE, ALIKE = 200, 0.4  # words, and the least share of three-letter pieces in common
WEIGHTS = (1.0, 2.0)  # shares count twice: what holds all the words comes before what only means about the same
Ranked = TypeVar("Ranked", int, str, list[int])
log = logging.getLogger(__name__)


@dataclass
class Found:
    """What a search found.

    Attributes:
        keys: of papers, the best first.
        is_capped: whether there are more than could be ranked.
        paper: the one paper whose id the text spells.
        spelled: the words that were searched for instead of those typed.
        is_partial: whether a ranking took too long and was left out.
        problems: filters that could not be understood, in the reader's own spelling.
    """

    query: Query
    keys: list[int] = field(default_factory=list)
    is_capped: bool = False
    paper: Paper | None = None
    spelled: str = ""
    is_partial: bool = False
    problems: tuple[str, ...] = ()


def search(text: str, reader: "User | AnonymousUser") -> Found:
    """Find papers for what somebody typed.

    Args:
        text: words, "phrases", -not, author: cat: after: before: in: tag: source: has: filters, or the id of one paper.
        reader: whose lists `in:` and whose tags `tag:` may name, and whose notes are searched.
    """
    query = with_sources(parse(text))
    found = Found(query=query, problems=query.problems)
    if identity.any_id(text) and " " not in text.strip():
        found.paper = Paper.objects.visible_to(reader).called(identity.any_id(text)).first()
    if not (query.text or query.is_filtered):
        return found
    _Run(found, reader).rank(query)
    return found


def lists_named(query: Query, reader: "User | AnonymousUser") -> tuple[list[int], list[str]]:
    """Return the keys of the lists that `in:` names, and the filters that name none.

    A name is owner/slug of any list that the reader may see, owner/ for all of that owner's, or the slug of one of the reader's.
    """
    keys: list[int] = []
    problems: list[str] = []
    for name in query.lists:
        owner, slash, slug = name.partition("/")
        mine, visible = ReadingList.objects.of_reader(reader), ReadingList.objects.visible_to(reader)
        of_owner = visible.at(owner, slug) if slug else visible.under(owner)
        lists = of_owner if slash else mine.filter(slug=name)
        named = list(lists.values_list("pk", flat=True))
        keys += named
        problems += [] if named else [f"in:{name}"]
    return keys, problems


class _Run:
    """One search: its rankings, each under the time limit."""

    def __init__(self, found: Found, reader: "User | AnonymousUser") -> None:
        self.found, self.reader = found, reader
        self.lists, unknown = lists_named(found.query, reader)
        found.problems = (*found.problems, *unknown)

    def rank(self, query: Query) -> None:
        if not query.text:
            newest = self._filtered(query).order_by("-stats__hot").values_list("pk", flat=True)
            self.found.keys = self._timed(lambda: list(newest[: candidates.MOST_TEXTS]))
            self.found.is_capped = len(self.found.keys) == candidates.MOST_TEXTS
            return
        exact, shares, titles = texts = self._by_text(query)
        if query.words and len(exact) < ENOUGH:
            query, (exact, shares, titles) = self._mended(query, texts)
        rows = self._rows(query)
        whole = self._timed(lambda: candidates.by_whole_title(query, rows))
        if len(exact) == candidates.MOST_TEXTS and len(query.words) + len(query.phrases) > 1:
            titles = self._timed(lambda: candidates.by_title(query, rows))
        notes = self._timed(lambda: candidates.by_note(query, self._filtered(query), self.reader))
        near = self._timed(lambda: candidates.by_meaning(query, self._to_compare(query, exact)))
        almost = [] if whole or not query.words or len(exact) >= ENOUGH else self._almost(query, rows)
        fused = fuse(titles, shares, exact, near, notes, weights=WEIGHTS)
        self.found.keys = list(dict.fromkeys([*whole, *(fuse(almost, fused) if almost else fused)]))
        self.found.is_capped = len(exact) == candidates.MOST_TEXTS

    def _by_text(self, query: Query) -> list[list[int]]:
        return self._timed(lambda: candidates.by_text(query, self._filtered(query))) or [[], [], []]

    def _mended(self, query: Query, texts: list[list[int]]) -> tuple[Query, list[list[int]]]:
        """Put words of the vocabulary for those that are in no paper, unless as typed they find more."""
        words = tuple(self._timed(lambda: _meant(query.words)) or query.words)
        if words == query.words:
            return query, texts
        spelled = query.spelled(words)
        again = self._by_text(spelled)
        if texts[0] and not again[0]:
            return query, texts
        self.found.spelled = spelled.text
        return spelled, again

    def _almost(self, query: Query, rows: PaperSearchQuerySet) -> list[int]:
        """Titles that miss one word: a misspelt one may happen to be another."""
        rarest = self._timed(lambda: _rarest(query.words))
        return self._timed(lambda: candidates.by_most_of_title(query, rows, rarest))

    def _filtered(self, query: Query) -> PaperSearchQuerySet:
        return candidates.filtered(query, PaperSearch.objects.visible_to(self.reader), self.lists, self.reader)

    def _to_compare(self, query: Query, exact: list[int]) -> PaperSearchQuerySet:
        """What may be found by meaning; of phrases alone that is what was found already, so they are not looked for twice."""
        if query.phrases and not query.words:
            return PaperSearch.objects.visible_to(self.reader).filter(pk__in=exact)
        return self._rows(query)

    def _rows(self, query: Query) -> PaperSearchQuerySet:
        return candidates.strict(query, self._filtered(query))

    def _timed(self, ask: Callable[[], list[Ranked]]) -> list[Ranked]:
        """Ask under the time limit; what takes longer is left out, and said."""
        try:
            return within_limit(ask)
        except TookTooLong:
            log.warning("A ranking took more than %s ms and was left out", settings.SEARCH_TIMEOUT_MS)
            self.found.is_partial = True
            return []


def _meant(words: Sequence[str]) -> list[str]:
    """Words as they are where papers use them or where they are too short or long to tell, else what was probably meant."""
    used = _uses(words)
    return [word if used[word] or not SHORTEST <= len(word) <= LONGEST else _nearest(word.lower()) or word for word in words]


def _rarest(words: Sequence[str], most: int = 5) -> list[str]:
    """The words that fewest papers use, in their order."""
    used = _uses(words)
    kept = sorted(set(words), key=lambda word: used[word])[:most]
    return [word for word in dict.fromkeys(words) if word in kept]


def _uses(words: Sequence[str]) -> dict[str, int]:
    """In how many papers each word is, in whichever number."""
    forms = {word: {word.lower(), f"{word.lower()}s", word.lower().removesuffix("s")} for word in words}
    counts = dict(SearchWord.objects.filter(word__in=set().union(*forms.values())).values_list("word", "papers"))
    return {word: sum(counts.get(form, 0) for form in each) for word, each in forms.items()}


def _nearest(lower: str) -> str | None:
    """The commonest word of papers that is one edit away, else the nearest that looks alike."""
    used = SearchWord.objects.filter(papers__gt=0)
    if close := used.filter(word__in=one_edit(lower)).order_by("-papers").values_list("word", flat=True).first():
        return close
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
    alike = used.filter(word__trigram_similar=lower).order_by("-papers")
    return nearest(lower, list(alike.values_list("word", "papers")[:MOST_ALIKE]))
