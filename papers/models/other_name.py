"""Names that a paper had before it was merged with another one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OtherName(models.Model):
    """A slug, arXiv id, DOI or key that led to a paper of its own once and now leads to this one."""

    class Kind(models.TextChoices):
        SLUG = "slug", _("name in addresses")
        ARXIV_ID = "arxiv_id", "arXiv id"
        DOI = "doi", "DOI"
        KEY = "key", _("key in its source")

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="other_names")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=255)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["value", "kind"], name="another_name_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
