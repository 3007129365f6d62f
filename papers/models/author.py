"""Authors by the names that papers give them, and their places on papers."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Func, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from papers.models.author_claim import AuthorClaim


def _last_name_and_initial(name: Combinable) -> Func:
    """ "lecun y" for "Yann LeCun" and "Y. LeCun" alike; immutable, so that it can be indexed."""
    words = r"lower(regexp_replace(%(expressions)s, '^.*\s', '') || ' ' || left(%(expressions)s, 1))"
    return Func(name, template=words, output_field=models.TextField())


class AuthorQuerySet(models.QuerySet["Author"]):
    def alike(self, author: "Author") -> "AuthorQuerySet":
        """Authors of the same last name and initial: perhaps other spellings of the same person, perhaps others."""
        named = self.annotate(likeness=_last_name_and_initial(F("name")))
        mine = named.filter(pk=author.pk).values("likeness")
        return named.filter(likeness=Subquery(mine)).exclude(pk=author.pk).order_by("name")

    def of_person(self, author: "Author", claim: "AuthorClaim | None") -> "list[Author]":
        """All names that the author's person has shown to be theirs, the author first."""
        if claim is None:
            return [author]
        return [author, *self.filter(claims__user=claim.user_id, claims__state="accepted").exclude(pk=author.pk).order_by("name")]


class Author(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)

    objects = AuthorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(_last_name_and_initial(F("name")), name="authors_alike")]
        verbose_name = _("author")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("papers:author", args=[self.pk])


class Authorship(models.Model):
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="authorships")
    author = models.ForeignKey(Author, models.CASCADE, related_name="authorships")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="one_author_per_place")]

    def __str__(self) -> str:
        return f"{self.author_id} is author {self.position} of {self.paper_id}"
