"""What LaTeX calls the papers of a list, and by which pattern a person's or a team's lists get such names."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace
from papers.models.reading_list import ReadingList


class CitationKey(models.Model):
    """The key of a paper in a list. It outlives the paper's place there, so that no other paper ever gets it."""

    reading_list = models.ForeignKey(ReadingList, models.CASCADE, related_name="citation_keys")
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="+")
    key = models.CharField(_("citation key"), max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading_list", "paper"], name="one_citation_key_per_paper"),
            models.UniqueConstraint("reading_list", Lower("key"), name="a_citation_key_once_per_list"),
        ]

    def __str__(self) -> str:
        return self.key


class CitationPattern(models.Model):
    """How new keys are made in all lists of a person or a team; without a row, in the usual way."""

    owner = models.OneToOneField(Namespace, models.CASCADE, related_name="citation_pattern")
    pattern = models.CharField(_("pattern of citation keys"), max_length=60)

    class Meta:
        verbose_name = _("pattern of citation keys")

    def __str__(self) -> str:
        return self.pattern
