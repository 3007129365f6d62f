"""Subjects, and which papers are of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A subject code, such as cs.CL."""

    slug = models.CharField(_("code"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return f"{self.slug} {self.name}".strip()


class PaperCategory(models.Model):
    paper = models.ForeignKey("papers.Paper", models.CASCADE)
    category = models.ForeignKey(Category, models.CASCADE)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_primary", "category__slug"]
        constraints = [models.UniqueConstraint(fields=["category", "paper"], name="paper_in_category_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} in {self.category_id}"
