"""The map of a week's papers, drawn by a worker."""

from django.db import models


class WeekMap(models.Model):
    """Places of papers by topic. `points` holds [paper, x, y, topic], x and y in the unit square; `topics` their names."""

    week = models.CharField(primary_key=True, max_length=8)
    drawn_at = models.DateTimeField(auto_now=True)
    paper_count = models.PositiveIntegerField(default=0)
    points = models.JSONField(default=list)
    topics = models.JSONField(default=list)

    class Meta:
        ordering = ["-week"]

    def __str__(self) -> str:
        return self.week
