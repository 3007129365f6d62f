"""The counters of many papers at once: locked in one order, so that no two who change them wait for each other."""

from collections.abc import Iterable

from django.db.models import QuerySet

from papers.models import PaperStats


def lock_stats(*, papers: QuerySet | Iterable[int]) -> QuerySet[PaperStats]:
    """Lock the counters of some papers, given by their keys or a query of them, and return the locked rows to update."""
    locked = PaperStats.objects.select_for_update(of=("self",)).filter(pk__in=papers).order_by("pk").values_list("pk", flat=True)
    return PaperStats.objects.filter(pk__in=list(locked))
