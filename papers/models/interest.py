"""What a reader says to care about, before any vote or list says it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Interest(models.Model):
    """A category's code, a few words, a paper named by its arXiv id or DOI, whether it is in the catalogue or not, or a saved search.

    Of the words that must be mentioned a paper has to mention one to be in the digest, and none of those that must not.
    To follow a category or a search is this, and nothing beside it.
    """

    class Kind(models.TextChoices):
        CATEGORY = "category", _("category")
        KEYWORD = "keyword", _("keyword")
        PAPER = "paper", _("paper")
        SEARCH = "search", _("search")
        MUST = "must", _("word that must be mentioned")
        NEVER = "never", _("word that must not be mentioned")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager["Interest"] = models.Manager()

    class Meta:
        ordering = ["kind", "value"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "value"], name="an_interest_once")]
        verbose_name = _("interest")

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
