"""A search from the typed text to ranked papers: rankings by words, title, notes and meaning, fused; typos mended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction

from papers import identity
from papers.models import Paper, PaperSearch, ReadingList, SearchWord
from papers.models.search import PaperSearchQuerySet
from papers.search import candidates
from papers.search.fusion import fuse
from papers.search.query import Query, parse
from papers.search.sources import with_sources
from papers.search.spelling import nearest, one_edit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

ENOUGH = 3  # with fewer matches than this, a word may be misspelt
SHORTEST = 4  # letters of a word that may be misspelt
MOST_ALIKE, ALIKE = 200, 0.4  # words, and the least share of three-letter pieces in common
Key = TypeVar("Key", int, str)
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
        text: words, "phrases", -not, author: cat: after: before: in: source: has: filters, or the id of one paper.
        reader: whose lists `in:` may name and whose notes are searched.
    """
    query = with_sources(parse(text))
    found = Found(query=query, problems=query.problems)
    if identity.any_id(text) and " " not in text.strip():
        found.paper = Paper.objects.visible_to(reader).called(identity.any_id(text)).first()
    if not (query.text or query.is_filtered):
        return found
    run = _Run(found, reader)
    run.rank(query)
    if query.words and len(run.exact) < ENOUGH:
        run.mend()
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
        self.exact: list[int] = []
        self.lists, unknown = lists_named(found.query, reader)
        found.problems = (*found.problems, *unknown)

    def rank(self, query: Query) -> None:
        rows = self._filtered(query)
        if not query.text:
            newest = rows.order_by("-stats__hot").values_list("pk", flat=True)
            self.found.keys = self._timed(lambda: list(newest[: candidates.MOST_TEXTS]))
            self.found.is_capped = len(self.found.keys) == candidates.MOST_TEXTS
            return
        self.exact = self._timed(lambda: candidates.by_text(query, rows))
        shares = self._timed(lambda: candidates.by_share(query, self.exact))
        titles = self._timed(lambda: candidates.by_title(query, candidates.strict(query, rows) if query.without else rows))
        notes = self._timed(lambda: candidates.by_note(query, rows, self.reader))
        near = self._timed(lambda: candidates.by_meaning(query, self._to_compare(query)))
        self.exact = list(dict.fromkeys([*self.exact, *titles]))
        self.found.keys = fuse(titles, self.exact, shares, near, notes)
        self.found.is_capped = len(self.exact) >= candidates.MOST_TEXTS

    def mend(self) -> None:
        """Search once more with words of the vocabulary for those that are in no paper, and by titles that miss one word."""
        query = self.found.query
        words = tuple(self._timed(lambda: [_meant(word) for word in query.words]) or query.words)
        before, first = self.found.keys, self.exact
        if words != query.words:
            self.rank(query.spelled(words))
            self.found.spelled = query.spelled(words).text
        almost = self._timed(lambda: candidates.by_most_of_title(query.spelled(words), self._rows(query)))
        if not self.exact and first:
            self.found.spelled = ""
        self.found.keys = fuse(almost, self.found.keys) if self.found.spelled else fuse(almost, before)

    def _filtered(self, query: Query) -> PaperSearchQuerySet:
        return candidates.filtered(query, PaperSearch.objects.visible_to(self.reader), self.lists)

    def _to_compare(self, query: Query) -> PaperSearchQuerySet:
        """What may be found by meaning; of phrases alone that is what was found already, so they are not looked for twice."""
        if query.phrases and not query.words:
            return PaperSearch.objects.visible_to(self.reader).filter(pk__in=self.exact)
        return self._rows(query)

    def _rows(self, query: Query) -> PaperSearchQuerySet:
        return candidates.strict(query, self._filtered(query))

    def _timed(self, ask: Callable[[], list[Key]]) -> list[Key]:
        """Ask under the time limit; what takes longer is left out, and said."""
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(settings.SEARCH_TIMEOUT_MS)])
                answer = ask()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', '0', true)")
            return answer
        except OperationalError as problem:
            if "statement timeout" not in str(problem):
                raise
            log.warning("A ranking took more than %s ms and was left out", settings.SEARCH_TIMEOUT_MS)
            self.found.is_partial = True
            return []


def _meant(word: str) -> str:
    """The word itself where papers use it, else the commonest that is one edit away, else the nearest that looks alike."""
    lower = word.lower()
    used = SearchWord.objects.filter(papers__gt=0)
    if len(word) < SHORTEST or used.filter(word__in=[lower, f"{lower}s", lower.removesuffix("s")]).exists():
        return word
    if close := used.filter(word__in=one_edit(lower)).order_by("-papers").values_list("word", flat=True).first():
        return close
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
    alike = used.filter(word__trigram_similar=lower).order_by("-papers")
    return nearest(lower, list(alike.values_list("word", "papers")[:MOST_ALIKE])) or word
