"""Moving the moment at which the catalogue first saw papers, and their hot scores with it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from papers.actions.counting import recount_votes
from papers.models import Paper, PaperStats
from papers.ranking import hot


@transaction.atomic
def set_first_seen(*, paper: Paper, first_seen_at: datetime) -> None:
    """Move a paper's arrival in this catalogue, and with it its hot score and which votes are those of its first week."""
    paper.first_seen_at = first_seen_at
    paper.save(update_fields=["first_seen_at"])
    recount_votes(papers=[paper.pk])


@transaction.atomic
def move_arrivals(*, papers: QuerySet[Paper], by: timedelta) -> None:
    """Move many papers' arrivals by the same time, and their hot scores with them."""
    stats = PaperStats.objects.filter(paper__in=papers.values("pk"))
    stats.update(hot=F("hot") + by.total_seconds() / hot.SECONDS_PER_TENFOLD)
    papers.update(first_seen_at=F("first_seen_at") + by)
