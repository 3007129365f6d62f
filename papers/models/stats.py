"""The narrow row that votes rewrite: a paper's counters and its hot score."""

from django.db import models
from django.db.models import F, Q

from papers.models.paper import Paper


class PaperStats(models.Model):
    """The counters of a paper, apart from its wide row: a vote rewrites only this.

    Votes of a day, a week, a month and a year are those of the last 24 hours, 7, 30 and 365 days; actions/counting.py
    lets them go. `first_week_votes` are those cast before the ISO week (UTC) ended in which the paper came in: what is
    taken back later stays in it, so the order of a week that is over never changes.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="stats")
    vote_count = models.PositiveIntegerField(default=0)
    save_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0, db_default=0)
    hot = models.FloatField()
    day_votes = models.PositiveIntegerField(db_default=0)
    week_votes = models.PositiveIntegerField(db_default=0)
    month_votes = models.PositiveIntegerField(db_default=0)
    year_votes = models.PositiveIntegerField(db_default=0)
    first_week_votes = models.PositiveIntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(F("hot").desc(), F("paper").desc(), name="hottest_papers"),
            models.Index(F("vote_count").desc(), F("paper").desc(), name="top_papers"),
            # Few papers have votes of late, so these stay small.
            models.Index(F("day_votes").desc(), F("paper").desc(), name="top_of_day", condition=Q(day_votes__gt=0)),
            models.Index(F("week_votes").desc(), F("paper").desc(), name="top_of_week", condition=Q(week_votes__gt=0)),
            models.Index(F("month_votes").desc(), F("paper").desc(), name="top_of_month", condition=Q(month_votes__gt=0)),
            models.Index(F("year_votes").desc(), F("paper").desc(), name="top_of_year", condition=Q(year_votes__gt=0)),
        ]
        verbose_name_plural = "paper stats"

    def __str__(self) -> str:
        return f"{self.vote_count} votes for {self.paper_id}"
