"""Authors by the names that papers give them, and their places on papers."""

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Func, Q, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from papers.models.author_claim import AuthorClaim

MOST_ORCIDS, MOST_NAMES = 6, 40  # on an author's page


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


class AuthorshipQuerySet(models.QuerySet["Authorship"]):
    def with_orcids(self) -> "AuthorshipQuerySet":
        return self.exclude(orcid="")

    def people_called(self, author: Author) -> list[tuple[str, int, list[Author]]]:
        """The ORCIDs that papers give for a name, which may be several people's; those of most papers first.

        Returns:
            Each ORCID, in how many papers this name has it, and other names that have it: the same person, without doubt.
        """
        given = self.with_orcids().filter(author=author).values_list("orcid").annotate(n=Count("pk")).order_by("-n", "orcid")
        counts = dict(given[:MOST_ORCIDS])
        others = self.with_orcids().filter(orcid__in=counts).exclude(author=author).select_related("author")
        each_once = others.order_by("orcid", "author__name").distinct("orcid", "author__name")[:MOST_NAMES]
        names = {orcid: list(found) for orcid, found in groupby(each_once, key=lambda authorship: authorship.orcid)}
        return [(orcid, n, [authorship.author for authorship in names.get(orcid, [])]) for orcid, n in counts.items()]


class Authorship(models.Model):
    """A place in a paper's list of authors. Its ORCID is what the paper itself tells, so it is of this place and not of the name."""

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="authorships")
    author = models.ForeignKey(Author, models.CASCADE, related_name="authorships")
    position = models.PositiveIntegerField()
    orcid = models.CharField("ORCID", max_length=19, blank=True)

    objects = AuthorshipQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        indexes = [models.Index("orcid", "author", condition=~Q(orcid=""), name="authors_by_orcid")]
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="one_author_per_place")]

    def __str__(self) -> str:
        return f"{self.author_id} is author {self.position} of {self.paper_id}"
