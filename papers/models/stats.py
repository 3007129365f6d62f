"""The narrow row that votes rewrite: a paper's counters and its hot score."""

from datetime import datetime

from django.db import models
from django.db.models import F, Func, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Greatest

from papers.models.paper import Paper
from papers.ranking import hot


def hot_expression(votes: Combinable, first_seen_at: datetime | Combinable) -> Combinable:
    """ranking.hot.score() in SQL, so that votes and their score are one statement.

    Args:
        first_seen_at: of the one paper, or ARRIVAL for the counters of many.
    """
    on_scale = Func(Cast(Greatest(votes, 1), models.FloatField()), function="log", output_field=models.FloatField())
    if isinstance(first_seen_at, datetime):
        return on_scale + Value(hot.score(votes=0, first_seen=first_seen_at.timestamp()))
    seconds = Func(first_seen_at, template="extract(epoch FROM %(expressions)s)::float8", output_field=models.FloatField())
    return on_scale + seconds / Value(float(hot.SECONDS_PER_TENFOLD))


# When the catalogue first saw the paper of a PaperStats row, for statements over many of them.
ARRIVAL = Subquery(Paper.objects.filter(pk=OuterRef("pk")).values("first_seen_at"))


class PaperStats(models.Model):
    """The counters of a paper, apart from its wide row: a vote rewrites only this."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="stats")
    vote_count = models.PositiveIntegerField(default=0)
    save_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0, db_default=0)
    hot = models.FloatField()

    class Meta:
        indexes = [
            models.Index(F("hot").desc(), F("paper").desc(), name="hottest_papers"),
            models.Index(F("vote_count").desc(), F("paper").desc(), name="top_papers"),
        ]
        verbose_name_plural = "paper stats"

    def __str__(self) -> str:
        return f"{self.vote_count} votes for {self.paper_id}"
