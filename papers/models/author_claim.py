"""That a reader is the person behind an author's name."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from papers.models.author import Author


class AuthorClaimQuerySet(models.QuerySet["AuthorClaim"]):
    def accepted(self) -> "AuthorClaimQuerySet":
        """Claims that hold, of people who stay."""
        return self.filter(state=AuthorClaim.State.ACCEPTED, user__deletion_due_at__isnull=True)

    def beside(self, *authors: "Author | int") -> "AuthorClaimQuerySet":
        """Claims that hold of the people who are some authors, so that their other names are known, too."""
        people = AuthorClaim.objects.accepted().filter(author__in=authors).values("user")
        return self.accepted().filter(user__in=people)


class AuthorClaim(models.Model):
    """A reader says "this is me"; whoever runs the site says whether that is so. Several names may be one person."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="author_claims")
    author = models.ForeignKey("papers.Author", models.CASCADE, related_name="claims")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    words = models.CharField(_("words"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made"), db_default=Now())
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AuthorClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "author"], name="a_claim_once"),
            models.UniqueConstraint(fields=["author"], condition=Q(state="accepted"), name="one_person_per_author"),
        ]
        verbose_name = _("author's claim")
        verbose_name_plural = _("authors' claims")

    def __str__(self) -> str:
        return f"{self.user_id} is author {self.author_id}: {self.state}"
