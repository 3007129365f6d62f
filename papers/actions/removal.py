"""Taking papers out of the catalogue."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from papers.models import ListItem, Paper, ReadingList


@transaction.atomic
def delete_papers(*, papers: Iterable[Paper]) -> None:
    """Delete papers with their votes, and correct the counts of the lists that held them."""
    keys = [paper.pk for paper in papers]
    held = ListItem.objects.in_lists().filter(paper__in=keys).values("reading_list")
    lists = list(ReadingList.objects.select_for_update().filter(pk__in=held).order_by("pk").values_list("pk", flat=True))
    Paper.objects.filter(pk__in=keys).delete()
    left = ListItem.objects.filter(reading_list=OuterRef("pk")).values("reading_list").annotate(n=Count("pk")).values("n")
    ReadingList.objects.filter(pk__in=lists).update(item_count=Coalesce(Subquery(left), 0))
