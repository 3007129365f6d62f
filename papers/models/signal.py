"""What another site's readers said of a paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Signal(models.Model):
    """Votes for a paper elsewhere, as last seen, and who brought it there. They are shown, and never counted as votes here."""

    class Site(models.TextChoices):
        HUGGING_FACE = "hf", "Hugging Face"

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="signals")
    site = models.CharField(max_length=10, choices=Site)
    votes = models.PositiveIntegerField(default=0)
    submitter = models.CharField(_("brought there by"), max_length=200, blank=True)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "site"], name="a_signal_once")]

    def __str__(self) -> str:
        return f"{self.votes} votes for {self.paper_id} on {self.site}"
