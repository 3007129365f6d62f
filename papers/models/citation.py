"""What papers cite, as OpenAlex numbers the works."""

from django.db import models
from django.db.models.functions import Now


class CitationRecord(models.Model):
    """What OpenAlex said of a paper when it was last asked; `work` is its number there, null where it knows none."""

    paper = models.OneToOneField("papers.Paper", models.CASCADE, primary_key=True, related_name="citation_record")
    work = models.BigIntegerField(null=True, blank=True, db_index=True)
    cited_by_count = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"W{self.work} is {self.paper_id}"


class Citation(models.Model):
    """A paper cites a work, which may be in the catalogue or not."""

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="citations")
    work = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "work"], name="a_citation_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} cites W{self.work}"
