"""Papers about the same thing as one paper."""

from typing import TYPE_CHECKING

from django.db import connection, transaction
from pgvector.django import CosineDistance

from papers.models import Paper, PaperSearch
from papers.models.paper import PaperQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def similar_papers(paper: Paper, reader: "User | AnonymousUser", most: int = 5) -> list[int]:
    """Return the keys of the papers whose meaning is nearest, nearest first; none before the paper is indexed."""
    own = PaperSearch.objects.filter(pk=paper.pk, embedding__isnull=False).values_list("embedding", flat=True).first()
    if own is None:
        return []
    others = PaperSearch.objects.visible_to(reader).exclude(pk=paper.pk).filter(embedding__isnull=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        return list(others.order_by(CosineDistance("embedding", own)).values_list("pk", flat=True)[:most])


def in_order(papers: PaperQuerySet, keys: list[int]) -> list[Paper]:
    """Load papers by their keys, in the order of the keys."""
    loaded = papers.in_bulk(keys)
    return [loaded[key] for key in keys if key in loaded]
