"""A paper that somebody would like to see in a list, and what those who manage the list said to that."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.models.reading_list import ReadingList

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: "User | AnonymousUser") -> "SuggestionQuerySet":
        """Suggestions for lists that the reader manages, and the reader's own for lists that the reader may still see."""
        if not user.is_authenticated:
            return self.none()
        own = Q(suggested_by=user, reading_list__in=ReadingList.objects.visible_to(user).values("pk"))
        return self.filter(own | Q(reading_list__in=ReadingList.objects.managed_by(user).values("pk")))

    def open(self) -> "SuggestionQuerySet":
        return self.filter(state=Suggestion.State.OPEN)

    def with_names(self) -> "SuggestionQuerySet":
        return self.select_related("suggested_by__namespace", "decided_by__namespace", "reading_list__owner__team")


class Suggestion(models.Model):
    """One paper for one list. While it is open there is no second one; `words` become the note where it is accepted."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    reading_list = models.ForeignKey(ReadingList, models.CASCADE, related_name="suggestions")
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="suggestions")
    suggested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="suggestions")
    words = models.CharField(_("why"), max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    suggested_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading_list", "paper"], condition=Q(state="open"), name="one_open_suggestion"),
            models.CheckConstraint(name="decided_suggestions_say_when", condition=Q(state="open") ^ Q(decided_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["reading_list", "-id"], name="suggestions_of_list")]
        verbose_name = _("suggestion")

    def __str__(self) -> str:
        return f"{self.paper_id} for {self.reading_list_id}: {self.state}"
