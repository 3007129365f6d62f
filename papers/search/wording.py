"""Texts around a search: what of an abstract matches, and titles while somebody types."""

from django.conf import settings
from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db import OperationalError, connection, transaction

from papers.markup import START, STOP
from papers.models import Paper, PaperSearch
from papers.models.search import CONFIG
from papers.search import candidates
from papers.search.query import Query, parse

BETWEEN = " … "


def excerpts(keys: list[int], query: Query) -> dict[int, str]:
    """Return the parts of abstracts that match, by paper; matches stand between START and STOP, parts are joined by BETWEEN."""
    if not query.text:
        return {}
    headline = SearchHeadline(
        "abstract",
        candidates.tsquery(query.websearch()),
        config=CONFIG,
        start_sel=START,
        stop_sel=STOP,
        max_fragments=2,
        max_words=36,
        min_words=18,
        fragment_delimiter=BETWEEN,
    )
    found = Paper.objects.filter(pk__in=keys).exclude(abstract="").annotate(excerpt=headline).values_list("pk", "excerpt")
    return {key: excerpt for key, excerpt in found if START in excerpt}


def suggestions(text: str, most: int = 8) -> list[str]:
    """Return titles that hold what is being typed, its last word unfinished; the hottest first."""
    words = parse(text).words
    if not words:
        return []
    wanted = SearchQuery(" & ".join(map(candidates.quoted, words)) + ":*", config=CONFIG, search_type="raw")
    titles = PaperSearch.objects.filter(title=wanted).order_by("-stats__hot").values_list("paper__title", flat=True)[:most]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(settings.SEARCH_TIMEOUT_MS)])
            return list(titles)
    except OperationalError:  # nobody waits for a suggestion
        return []
