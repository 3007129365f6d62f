"""An upvote: one per person and paper, and how many of a paper's are how young."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from psycopg import Cursor

from papers.ranking import hot

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# The row and what it counts for move in one statement: one way to the server and back, and whole by itself.
COUNT = """
UPDATE papers_paperstats SET
    vote_count = vote_count {sign} 1,
    hot = log(greatest(vote_count {sign} 1, 1)::float8) + extract(epoch FROM paper.first_seen_at)::float8 / {tenfold},
    day_votes = day_votes {sign} (moved.age < 1)::int,
    week_votes = week_votes {sign} (moved.age < 2)::int,
    month_votes = month_votes {sign} (moved.age < 3)::int,
    year_votes = year_votes {sign} (moved.age < 4)::int,
    first_week_votes = first_week_votes {sign} (now() < date_trunc('week', paper.first_seen_at, 'UTC') + interval '7 days')::int
FROM moved JOIN papers_paper AS paper ON paper.id = moved.paper_id
WHERE papers_paperstats.paper_id = moved.paper_id
"""
CAST = """
WITH moved AS (
    INSERT INTO papers_vote (user_id, paper_id, created_at) VALUES (%s, %s, now())
    ON CONFLICT (user_id, paper_id) DO NOTHING RETURNING paper_id, age
) {count}
"""
WITHDRAW = "WITH moved AS (DELETE FROM papers_vote WHERE user_id = %s AND paper_id = %s RETURNING paper_id, age) {count}"
WITHDRAW_ALL = "WITH moved AS (DELETE FROM papers_vote WHERE user_id = %s RETURNING paper_id, age) {count}"
COUNT_UP, COUNT_DOWN = (COUNT.format(sign=sign, tenfold=hot.SECONDS_PER_TENFOLD) for sign in "+-")


def shows_votes(path: str = "") -> Q:
    """That a person stays and lets everybody with an account see what they upvoted.

    Args:
        path: from a row to that person, "" for people.
    """
    return Q(**{f"{path}shows_votes": True, f"{path}is_active": True, f"{path}deletion_due_at__isnull": True})


class VoteQuerySet(models.QuerySet["Vote"]):
    def cast(self, *, user_id: int, paper_id: int) -> bool:
        """Insert the vote unless it is there, and count it; tell whether it is new. The unique key decides, not a look beforehand."""
        return bool(self._run(CAST.format(count=COUNT_UP), user_id, paper_id))

    def withdraw(self, *, user_id: int, paper_id: int) -> bool:
        """Delete the vote if it is there, and count it no more; tell whether it was there."""
        return bool(self._run(WITHDRAW.format(count=COUNT_DOWN), user_id, paper_id))

    def withdraw_all(self, *, user_id: int) -> int:
        """Delete all votes of a person, and count them no more; return how many. Lock them and their counters first."""
        return self._run(WITHDRAW_ALL.format(count=COUNT_DOWN), user_id)

    def named_to(self, user: "User | AnonymousUser") -> "VoteQuerySet":
        """Votes whose names this person may see: of people who stay and allow it. A visitor sees none; one's own is always there."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(shows_votes("user__") | Q(user=user)).select_related("user__namespace").order_by("-pk")

    def _run(self, statement: str, *values: int) -> int:
        """Have the server keep the statement's plan with the connection: making it takes longer than a vote does."""
        connection.ensure_connection()
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            return cursor.execute(statement, values, prepare=True).rowcount


class Age(models.IntegerChoices):
    """How young a vote is, as a worker last saw it: the counters of a paper that it is in."""

    DAY = 0, _("within a day")
    WEEK = 1, _("within a week")
    MONTH = 2, _("within a month")
    YEAR = 3, _("within a year")
    OLD = 4, _("older")


class Vote(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes", db_index=False)  # the unique key has it first
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="votes")
    created_at = models.DateTimeField(auto_now_add=True)
    age = models.PositiveSmallIntegerField(choices=Age, db_default=Age.DAY, editable=False)

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "paper"], name="one_vote_per_reader")]
        indexes = [
            models.Index("age", "created_at", name="votes_to_age", condition=Q(age__lt=Age.OLD)),
            models.Index("user", F("created_at").desc(), F("paper").desc(), name="latest_votes"),
        ]
        verbose_name = _("vote")

    def __str__(self) -> str:
        return f"{self.user_id} voted for {self.paper_id}"
