"""What belongs to a paper: its versions, and where its PDF, code and other forms are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """A version of a preprint and the day on which it came out."""

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    made_on = models.DateField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="a_version_once")]

    def __str__(self) -> str:
        return f"v{self.number} of {self.paper_id}"


class Link(models.Model):
    """Where something that belongs to a paper is: its PDF, code, project, the version a journal published."""

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        CODE = "code", _("code")
        PROJECT = "project", _("project")
        DATA = "data", _("data")
        OPEN_ACCESS = "open_access", _("open access")
        PUBLISHED = "published", _("published version")
        PREPRINT = "preprint", _("preprint")

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind)
    url = models.URLField(max_length=2_000)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "kind", "url"], name="a_link_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.url}"
