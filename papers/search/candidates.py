"""The rankings that a search fuses, each a list of at most a few thousand papers' keys, best first."""

from collections.abc import Sequence
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Count, ExpressionWrapper, F, FloatField, Func, Q, Value, Window
from pgvector.django import CosineDistance

from papers.embedding import embed
from papers.models import ItemTag, ListItem, Paper, PaperCategory, PaperSearch, ReadingList, Tag
from papers.models.search import CONFIG, Matches, Pairs, PaperSearchQuerySet, SameWords
from papers.search.query import WORDS, Query

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_TEXTS, MOST_TITLES, MOST_WHOLE, MOST_NEAR, MOST_NOTES = 500, 300, 20, 60, 200
FEW = 20_000  # up to so many rows, every distance is measured; an index would miss rows behind a filter
EVENLY = [1.0, 1.0, 1.0, 1.0]  # a word counts the same in title and abstract
PAIRS = "SELECT unnest(lectern_pairs(to_tsvector(%s::regconfig, lectern_words(phrase)))) FROM unnest(%s::text[]) AS phrase"
BY_LENGTH = 2  # ts_rank's normalisation: divided by the length of the text


def tsquery(text: str) -> SearchQuery:
    return SearchQuery(text, config=CONFIG, search_type="websearch")


def words_of(text: str) -> Func:
    """The words of a text as those of papers are kept."""
    return Func(Value(text), template=f"to_tsvector('{CONFIG}', lectern_words(%(expressions)s))")


def pairs_of(phrases: Sequence[str]) -> list[int]:
    """Return what the index of pairs holds of phrases: nothing of a single word, nor of one among words that are everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [CONFIG, [*phrases]])
        return [pair for (pair,) in cursor.fetchall()]


def quoted(word: str) -> str:
    """Return a word as to_tsquery() takes it, whatever signs are in it."""
    return "'" + word.replace("\\", "").replace("'", "''") + "'"


def filtered(query: Query, rows: PaperSearchQuerySet, lists: list[int], reader: "User | AnonymousUser") -> PaperSearchQuerySet:
    """Narrow rows to what the filters of a query want.

    Args:
        reader: in whose lists, or those open to the reader, tags are looked for.
        lists: the keys of the lists that the query names, as far as the reader may see them.
    """
    for author in query.authors:
        named = " & ".join(f"{quoted(word)}:B" for word in WORDS.findall(author))  # B: the weight that authors have
        if named:
            rows = rows.filter(text=SearchQuery(named, config=CONFIG, search_type="raw"))
    if query.categories:
        wanted = Q()
        for code in query.categories:
            wanted |= Q(category__slug__iexact=code) | Q(category__slug__istartswith=f"{code}.")
        rows = rows.filter(paper__in=PaperCategory.objects.filter(wanted).values("paper"))
    rows = _kept(query, rows, lists, reader)
    if query.after:
        rows = rows.filter(paper__published_on__gte=query.after)
    if query.before:
        rows = rows.filter(paper__published_on__lt=query.before)
    return _provided(query, rows)


def _kept(query: Query, rows: PaperSearchQuerySet, lists: list[int], reader: "User | AnonymousUser") -> PaperSearchQuerySet:
    """Narrow rows to papers in some lists, and to those that carry each tag in a list that the reader may see."""
    if query.lists:
        rows = rows.filter(paper__in=ListItem.objects.filter(reading_list__in=lists).values("paper"))
    for name in query.tags:
        tagged = ItemTag.objects.in_lists_of(reader).filter(tag__in=Tag.objects.called(name))
        rows = rows.filter(paper__in=tagged.values("item__paper"))
    return rows


def _provided(query: Query, rows: PaperSearchQuerySet) -> PaperSearchQuerySet:
    """Narrow rows to papers that some sources brought in, and that come with what is wanted."""
    if query.sources:
        rows = rows.filter(paper__source__in=query.sources)
    for kind in query.has:
        rows = rows.filter(paper__in=Paper.objects.having(kind).values("pk"))
    return rows


def holding(text: str, phrases: Sequence[str], rows: PaperSearchQuerySet) -> PaperSearchQuerySet:
    """Narrow rows to papers that hold what a text for websearch_to_tsquery() asks for.

    The words of a phrase must stand side by side, which the index of pairs knows; no other index is asked then, since with two
    of them every pair of a found paper would be computed again. A phrase that is everywhere is sooner met on the way along
    the hottest papers: that looks at MOST_TEXTS / share of them, the index finds total * share.

    Args:
        phrases: those of the text.
    """
    pairs = pairs_of(phrases) if phrases else []
    if not pairs:
        return rows.filter(text=tsquery(text))
    matching = rows.filter(Matches(F("text"), tsquery(text)))
    in_pairs = PaperSearch.objects.alias(pairs=Pairs("text")).filter(pairs__contains=pairs)  # type: ignore[misc]
    if in_pairs.estimate() ** 2 > MOST_TEXTS * PaperSearch.objects.all().estimate():
        return matching
    return matching.alias(pairs=Pairs("text")).filter(pairs__contains=pairs)  # type: ignore[misc]


def strict(query: Query, rows: PaperSearchQuerySet) -> PaperSearchQuerySet:
    """Narrow rows to papers with all phrases of a query and nothing that must not occur, wherever in them."""
    return holding(query.strict(), query.phrases, rows) if query.strict() else rows


def by_text(query: Query, rows: PaperSearchQuerySet) -> list[list[int]]:
    """Papers that hold all the words, the 500 hottest of them, in three orders.

    Returns:
        The papers by cover density (Clarke et al. 2000), where words close together count more; and the same by the share of
        their text that the words are, wherever they stand: of a short text each word says more; and those of them whose
        titles hold all the words, the title that says least else first.
    """
    wanted = tsquery(query.websearch())
    found = holding(query.websearch(), query.phrases, rows)
    hottest = list(found.order_by("-stats__hot").values_list("pk", flat=True)[:MOST_TEXTS])
    cover = SearchRank(F("text"), wanted, cover_density=True, normalization=Value(BY_LENGTH))
    anywhere = reduce(or_, map(tsquery, query.words), wanted)
    share = SearchRank(F("text"), anywhere, weights=EVENLY, normalization=Value(BY_LENGTH))
    title = SearchRank(F("title"), wanted, normalization=Value(BY_LENGTH))
    ranked = list(PaperSearch.objects.filter(pk__in=hottest).values_list("pk", cover, share, title))
    return [[row[0] for row in sorted(ranked, key=lambda row: (-row[order], -row[0])) if row[order]] for order in (1, 2, 3)]


def by_whole_title(query: Query, rows: PaperSearchQuerySet) -> list[int]:
    """Papers whose titles say these words and no others, however common each of them is; the newest first.

    Not ordered by the database, which would rather walk along the index of that order than look up the few there are.
    """
    same = rows.alias(said=SameWords("title")).filter(said=SameWords(words_of(query.text)))
    return sorted(same.values_list("pk", flat=True), reverse=True)[:MOST_WHOLE]


def by_title(query: Query, rows: PaperSearchQuerySet) -> list[int]:
    """Papers whose titles hold all the words: of the 300 hottest, the one that says least else first."""
    wanted = tsquery(query.websearch())
    hottest = rows.filter(title=wanted).order_by("-stats__hot").values_list("pk", flat=True)[:MOST_TITLES]
    return _ranked_titles(wanted, list(hottest))


def by_most_of_title(query: Query, rows: PaperSearchQuerySet, rarest: Sequence[str]) -> list[int]:
    """Papers whose titles hold all the words but one: for a word that is misspelt and happens to be another.

    Args:
        rarest: the words to look for, which are enough to leave few titles.
    """
    if len(rarest) < 3:
        return []
    ways = [tsquery(" ".join(left)) for left in combinations(rarest, len(rarest) - 1)]
    found = rows.filter(title=reduce(or_, ways)).order_by("-stats__hot").values_list("pk", flat=True)[:MOST_TITLES]
    return _ranked_titles(reduce(or_, map(tsquery, query.words)), list(found))


def _ranked_titles(wanted: SearchQuery, keys: list[int]) -> list[int]:
    rank = SearchRank(F("title"), wanted, normalization=Value(BY_LENGTH))
    return list(PaperSearch.objects.filter(pk__in=keys).annotate(rank=rank).order_by("-rank", "-pk").values_list("pk", flat=True))


def by_note(query: Query, rows: PaperSearchQuerySet, reader: "User | AnonymousUser") -> list[int]:
    """Papers with these words in a note that the reader may see, on lists of the reader's own and teams."""
    items = ListItem.objects.filter(reading_list__in=ReadingList.objects.of_reader(reader).values("pk")).exclude(note="")
    found = items.annotate(words=SearchVector("note", config=CONFIG)).filter(words=tsquery(query.websearch()))
    keys = list(dict.fromkeys(found.order_by("-added_at").values_list("paper", flat=True)[:MOST_NOTES]))
    kept = set(rows.filter(pk__in=keys).values_list("pk", flat=True))
    return [key for key in keys if key in kept]


def by_meaning(query: Query, rows: PaperSearchQuerySet) -> list[int]:
    """Papers whose words mean about the same, nearest first; all of a small selection are compared, so none is missed."""
    vector = embed([query.text])[0]
    if not vector.any():
        return []
    if query.is_filtered or query.strict():
        near = _nearest_of_few(rows, vector.tolist())
        if near is not None:
            return near
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '80', true)")
    nearest = rows.filter(embedding__isnull=False).order_by(CosineDistance("embedding", vector.tolist()))
    return list(nearest.values_list("pk", flat=True)[:MOST_NEAR])


def _nearest_of_few(rows: PaperSearchQuerySet, vector: Sequence[float]) -> list[int] | None:
    """Compare every paper of a selection; None where there are more than FEW.

    The sum keeps the planner from the index of distances, which looks at the nearest papers of all and would miss most of a few.
    """
    few = rows.order_by().values("pk")[: FEW + 1]
    distance = ExpressionWrapper(CosineDistance("embedding", vector) + Value(0.0), FloatField())
    found = PaperSearch.objects.filter(pk__in=few, embedding__isnull=False).annotate(among=Window(Count("pk")))
    nearest = list(found.order_by(distance).values_list("pk", "among")[:MOST_NEAR])
    return None if nearest and nearest[0][1] > FEW else [key for key, _among in nearest]
