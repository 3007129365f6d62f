"""Making papers findable: their words and meanings go into the narrow rows that search reads, and beside them what they say in short."""

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import connection, transaction
from pgvector import HalfVector

from papers.actions.summarising import write_summaries
from papers.embedding import embed
from papers.models import Paper, PaperSearch, PaperToIndex, SearchWord
from papers.summaries.keywords import rarity

BATCH = 500  # papers; while they are indexed, an import that changes one of them waits
SHORTEST_WORD, LONGEST_WORD = 3, 40  # letters that typo help looks at
WORD = re.compile(r"[^\W\d_][\w]*")

INDEXED = """
WITH known (paper_id, embedding) AS (SELECT * FROM unnest(%s::bigint[], %s::text[]))
INSERT INTO papers_papersearch (paper_id, title, text, embedding)
SELECT p.id, to_tsvector('lectern', lectern_words(p.title)),
    setweight(to_tsvector('lectern', lectern_words(p.title)), 'A')
    || setweight(to_tsvector('lectern', concat_ws(' ', p.arxiv_id, p.doi)), 'A')
    || setweight(to_tsvector('lectern', lectern_words(coalesce(names.all_names, ''))), 'B')
    || setweight(to_tsvector('lectern', lectern_words(p.abstract)), 'C'),
    known.embedding::halfvec
FROM known JOIN papers_paper p ON p.id = known.paper_id
LEFT JOIN LATERAL (
    SELECT string_agg(a.name, ' ; ' ORDER BY s.position) AS all_names
    FROM papers_authorship s JOIN papers_author a ON a.id = s.author_id WHERE s.paper_id = p.id
) names ON true
ORDER BY p.id
ON CONFLICT (paper_id) DO UPDATE SET title = excluded.title, text = excluded.text, embedding = excluded.embedding
"""
WORDS = """
INSERT INTO papers_searchword (word, papers)
SELECT * FROM unnest(%s::text[], %s::int[]) AS counted (word, papers) ORDER BY word
ON CONFLICT (word) DO UPDATE SET papers = papers_searchword.papers + excluded.papers WHERE excluded.papers > 0
"""
ALL_AGAIN = (
    "INSERT INTO papers_papertoindex (paper_id) SELECT id FROM papers_paper ORDER BY id ON CONFLICT (paper_id) DO UPDATE SET since = now()"
)


def index_papers(*, at_most: timedelta | None = None, on_batch: Callable[[int], None] = lambda done: None) -> int:
    """Index whatever is new or changed, batch by batch; any number of workers may do so at once.

    Args:
        at_most: after which time no further batch is begun.
        on_batch: told how many papers each batch held, for a progress display.

    Returns:
        How many papers were indexed.
    """
    end = time.monotonic() + at_most.total_seconds() if at_most else float("inf")
    total = 0
    while time.monotonic() < end and (done := _index_batch()):
        total += done
        on_batch(done)
    return total


@transaction.atomic
def index_all_again() -> int:
    """Mark every paper as changed and forget the counted words, as after a change of EMBEDDING_MODEL."""
    SearchWord.objects.all().delete()
    PaperSearch.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(ALL_AGAIN)
    return PaperToIndex.objects.count()


@transaction.atomic
def _index_batch() -> int:
    """Take papers off the queue before they are read: a change that comes in meanwhile puts them on it again."""
    due = PaperToIndex.objects.select_for_update(skip_locked=True).order_by("paper_id")[:BATCH]
    keys = [row.paper_id for row in due]
    PaperToIndex.objects.filter(pk__in=keys).delete()
    papers = list(Paper.objects.filter(pk__in=keys).only("pk", "title", "abstract").order_by("pk"))
    known = set(PaperSearch.objects.filter(pk__in=keys).values_list("pk", flat=True))
    _write_rows(papers)
    words = {paper.pk: words_of(f"{paper.title} {paper.abstract}") for paper in papers}
    _count_words(words, known)
    write_summaries(papers=papers, background=rarity(_counted(set().union(*words.values()))))
    return len(keys)


def _write_rows(papers: Sequence[Paper]) -> None:
    vectors = embed([f"{paper.title}. {paper.abstract}" for paper in papers])
    texts = [HalfVector(vector).to_text() if vector.any() else None for vector in vectors]
    with connection.cursor() as cursor:
        cursor.execute(INDEXED, [[paper.pk for paper in papers], texts])


def _count_words(words: Mapping[int, set[str]], known: set[int]) -> None:
    """Count each word once per new paper; words of a changed one are learnt, its counts stay roughly right.

    Args:
        words: by paper.
        known: papers that were counted before.
    """
    counts: Counter[str] = Counter()
    for paper, own in words.items():
        counts.update(dict.fromkeys(own, 0 if paper in known else 1))
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [list(counts), list(counts.values())])


def _counted(words: set[str]) -> dict[str, int]:
    """In how many papers each of some words is; one array is much quicker to send than thousands of parameters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, papers FROM papers_searchword WHERE word = ANY(%s)", [list(words)])
        return dict(cursor.fetchall())


def words_of(text: str) -> set[str]:
    """Return the words of a text as typo help knows them: in lower case, without accents, 3 to 40 letters."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return {word for word in WORD.findall(plain) if SHORTEST_WORD <= len(word) <= LONGEST_WORD}
