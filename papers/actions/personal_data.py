"""What this app knows about people and teams: lists, votes, interests."""

from collections.abc import Iterable

from accounts.models import Team, User
from papers.actions.lists import delete_list
from papers.models import ReadingList


class PapersPart:
    def export(self, user: User) -> Iterable[tuple[str, str | bytes]]:
        return []

    def forget_person(self, user: User) -> None:
        """Nothing yet."""

    def forget_team(self, team: Team) -> None:
        """Papers are in fewer lists without those of the team."""
        for reading_list in ReadingList.objects.filter(owner__team=team).order_by("pk"):
            delete_list(reading_list=reading_list)
