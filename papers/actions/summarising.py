"""What papers say in short: two sentences by SUMMARISER and a few keywords, written beside their search rows."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection
from django.utils.module_loading import import_string

from papers.models import Paper
from papers.summaries import keywords

NO_SUMMARIES = "none"
SUMMARISED = """
WITH made (paper_id, text, keywords) AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]))
INSERT INTO papers_papersummary (paper_id, text, keywords)
SELECT p.id, made.text, string_to_array(made.keywords, E'\n') FROM made JOIN papers_paper p ON p.id = made.paper_id ORDER BY p.id
ON CONFLICT (paper_id) DO UPDATE SET text = excluded.text, keywords = excluded.keywords
"""


def write_summaries(*, papers: Sequence[Paper], background: Mapping[str, float]) -> None:
    """Summarise papers anew; one that was deleted meanwhile is passed over.

    Args:
        background: how rare words are, as papers.summaries.keywords.rarity() gives it.
    """
    summarise = _summariser(settings.SUMMARISER)
    texts = [summarise(paper.abstract).replace("\x00", "") for paper in papers]
    words = ["\n".join(keywords(paper.title, paper.abstract, background)) for paper in papers]
    with connection.cursor() as cursor:
        cursor.execute(SUMMARISED, [[paper.pk for paper in papers], texts, words])


@cache
def _summariser(path: str) -> Callable[[str], str]:
    return (lambda _abstract: "") if path == NO_SUMMARIES else import_string(path)


@register()
def summariser_can_be_loaded(**_options: Any) -> list[CheckMessage]:
    """Say at start-up what every indexing would stumble over."""
    try:
        _summariser(settings.SUMMARISER)
    except ImportError as problem:
        return [Error(f"SUMMARISER cannot be loaded: {problem}", hint="Give the dotted path of a function, or none.", id="papers.E002")]
    return []
