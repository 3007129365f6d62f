"""Whose eyes a program's posts are written for: a reader's, or those of a team's people as a team. Said by the querysets of the pages."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Membership, Namespace, Team, User
from digests.models import Digest, TeamDigest, Webhook
from papers.models import Assignment, Comment, ListItem, Paper, ReadingList, Suggestion, Vote
from papers.models.vote import shows_votes


@dataclass(frozen=True)
class Audience:
    """One of both is given. A team sees its own lists and people, and nothing that some of its people may see elsewhere."""

    reader: User | None = None
    team: Team | None = None

    def papers(self) -> QuerySet[Paper]:
        return Paper.objects.visible_to(self.reader or AnonymousUser()).with_bylines()

    def lists(self) -> QuerySet[ReadingList]:
        """The reader's own, their teams', and those shared with them or followed by them: not every list that is open to everybody."""
        lists = ReadingList.objects.filter(owner__team=self.team)
        if self.reader:
            theirs = Q(owner__in=Namespace.objects.of_member(self.reader).values("pk")) | Q(follows__user=self.reader)
            shared = Q(pk__in=ReadingList.objects.shared_with(self.reader).values("pk"))
            lists = ReadingList.objects.visible_to(self.reader).filter(theirs | shared).distinct()
        return lists.select_related("owner__user", "owner__team")

    def names(self) -> QuerySet[Namespace]:
        """The reader's own, and those of the teams that the reader is in."""
        return Namespace.objects.of_member(self.reader) if self.reader else Namespace.objects.filter(team=self.team)

    def votes(self) -> QuerySet[Vote]:
        if self.reader:
            return Vote.objects.named_to(self.reader)
        people = Membership.objects.filter(shows_votes("user__"), team=self.team).values("user")
        return Vote.objects.filter(user__in=people)

    def comments(self) -> QuerySet[Comment]:
        """Those that still stand there, with their words."""
        items = ListItem.objects.filter(reading_list__owner__team=self.team).values("pk")
        comments = Comment.objects.visible_to(self.reader) if self.reader else Comment.objects.filter(item__in=items)
        stands = comments.filter(deleted_at__isnull=True, hidden_at__isnull=True)
        return stands.select_related("author__namespace", "paper", "item__reading_list__owner__user", "item__reading_list__owner__team")

    def suggestions(self) -> QuerySet[Suggestion]:
        lists = ReadingList.objects.filter(owner__team=self.team).values("pk")
        found = Suggestion.objects.visible_to(self.reader) if self.reader else Suggestion.objects.filter(reading_list__in=lists)
        return found.select_related("suggested_by__namespace", "reading_list__owner__user", "reading_list__owner__team")

    def assignments(self) -> QuerySet[Assignment]:
        of_team = Assignment.objects.filter(item__reading_list__owner__team=self.team)
        found = Assignment.objects.visible_to(self.reader) if self.reader else of_team
        return found.select_related("user__namespace", "item__reading_list__owner__user", "item__reading_list__owner__team")

    def teams(self) -> QuerySet[Team]:
        """Whose people it may know."""
        teams = Team.objects.of_member(self.reader) if self.reader else Team.objects.filter(pk=self.team.pk if self.team else 0)
        return teams.select_related("namespace")

    def digests(self) -> QuerySet[Digest]:
        return Digest.objects.visible_to(self.reader or AnonymousUser())

    def team_digests(self) -> QuerySet[TeamDigest]:
        found = TeamDigest.objects.visible_to(self.reader) if self.reader else TeamDigest.objects.filter(subscription__team=self.team)
        return found.select_related("subscription__team__namespace")


def audience_of(webhook: Webhook) -> Audience:
    return Audience(reader=webhook.user, team=webhook.team)
