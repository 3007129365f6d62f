"""An upvote: one per person and paper."""

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class VoteQuerySet(models.QuerySet["Vote"]):
    def insert_once(self, *, user_id: int, paper_id: int) -> bool:
        """Insert the vote unless it is there, in one statement; tell whether it was inserted.

        bulk_create(ignore_conflicts=True) cannot tell, and get_or_create() takes two more round trips.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO papers_vote (user_id, paper_id, created_at) VALUES (%s, %s, now()) ON CONFLICT (user_id, paper_id) DO NOTHING",
                [user_id, paper_id],
            )
            return cursor.rowcount == 1


class Vote(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes")
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="votes")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="one_vote_per_reader")]
        verbose_name = _("vote")

    def __str__(self) -> str:
        return f"{self.user_id} voted for {self.paper_id}"
