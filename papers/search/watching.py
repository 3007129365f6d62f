"""What is new in a saved search."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Now

from papers.models import PaperSearch
from papers.search import candidates
from papers.search.engine import lists_named
from papers.search.query import parse
from papers.search.sources import with_sources

if TYPE_CHECKING:
    from accounts.models import User

MOST = 20  # papers of one search, so that a wide one leaves room for others


def found_lately(text: str, reader: "User", *, since: timedelta) -> list[int]:
    """Return the keys of papers that came into the catalogue lately and hold what a search asks for, the best first.

    Words must be there: papers that only mean about the same would always be some.

    Args:
        text: what was typed into the search box.
        reader: whose lists `in:` may name.
        since: how far back "lately" goes.
    """
    query = with_sources(parse(text))
    lately = PaperSearch.objects.visible_to(reader).filter(paper__first_seen_at__gt=Now() - since)
    rows = candidates.filtered(query, lately, lists_named(query, reader)[0], reader)
    if query.text:
        return candidates.by_text(query, rows)[0][:MOST]
    return list(rows.order_by("-stats__hot").values_list("pk", flat=True)[:MOST]) if query.is_filtered else []
