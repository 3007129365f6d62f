"""What a reader says of a paper: to read, reading, read, or not for me."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Team, User

PUT = """
INSERT INTO papers_readingstate (user_id, paper_id, state, changed_at, read_at)
SELECT %s, chosen.id, %s, statement_timestamp(), CASE WHEN %s THEN statement_timestamp() END
FROM ({papers}) AS chosen (id) ORDER BY chosen.id
ON CONFLICT (user_id, paper_id)
DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at, read_at = excluded.read_at
WHERE papers_readingstate.state <> excluded.state
"""


class State(models.TextChoices):
    TO_READ = "to_read", _("To read")
    READING = "reading", _("Reading")
    READ = "read", _("Read")
    DISMISSED = "dismissed", _("Not for me")


class ReadingStateQuerySet(models.QuerySet["ReadingState"]):
    def of_reader(self, user: "User | AnonymousUser") -> "ReadingStateQuerySet":
        """What a person said. It is nobody else's, and not for a key that acts for a team."""
        if not user.is_authenticated or user.only_team_id:
            return self.none()
        return self.filter(user=user)

    def shown_to_team(self, team: "Team") -> "ReadingStateQuerySet":
        """What people of a team have read and let their teams see; nothing else that they said."""
        return self.filter(state=State.READ, user__in=people_showing_reading(team).values("pk"))

    def counts(self) -> dict[str, int]:
        """How many papers are in each state."""
        found = dict(self.order_by().values_list("state").annotate(n=Count("pk")))
        return {state: found.get(state, 0) for state in State.values}

    def put(self, *, user_id: int, papers: QuerySet, state: str) -> int:
        """Say the same of many papers, in one statement; return how many it is new for.

        What was said already keeps its date, so saying it again changes nothing.

        Args:
            papers: a query whose one column holds keys of papers, each once.
        """
        try:
            query, values = papers.order_by().query.sql_with_params()
        except EmptyResultSet:  # no paper is asked for
            return 0
        with connection.cursor() as cursor:
            cursor.execute(PUT.format(papers=query), [user_id, state, state == State.READ, *values])
            return cursor.rowcount


class ReadingState(models.Model):
    """One reader's word on one paper; no row means that nothing was said. It never touches votes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reading_states", db_index=False)
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="reading_states")
    state = models.CharField(_("state"), max_length=9, choices=State)
    changed_at = models.DateTimeField(_("since"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = ReadingStateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "paper"], name="one_state_per_reader"),
            models.CheckConstraint(name="read_papers_say_when", condition=Q(state="read") ^ Q(read_at__isnull=True)),
        ]
        indexes = [
            models.Index("user", "state", F("changed_at").desc(), F("id").desc(), name="papers_by_state"),
            models.Index("user", "read_at", name="papers_read", condition=Q(read_at__isnull=False)),
        ]
        verbose_name = _("reading state")

    def __str__(self) -> str:
        return f"{self.paper_id} is {self.state} for {self.user_id}"


def people_showing_reading(team: "Team") -> "QuerySet[User]":
    """People of a team who let their teams see which papers of their lists they have read."""
    return team.members.filter(shows_reading=True, is_active=True, deletion_due_at__isnull=True)


def readers_within(team: "Team", paper: OuterRef) -> ArraySubquery:
    """Who of a team has read a paper and lets the team see it, as {"handle", "name"}, for queries over rows with a paper."""
    name = Coalesce(NullIf("user__full_name", Value("")), "user__namespace__name")
    states = ReadingState.objects.shown_to_team(team).filter(paper=paper).order_by("read_at", "pk")
    return ArraySubquery(states.values(shown=JSONObject(handle="user__namespace__name", name=name)))
