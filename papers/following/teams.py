"""What the people of a reader's teams keep and upvote: the digest's signal for many readers at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from accounts.models import Membership
from papers.following.lately import MOST_OF_EACH, Signal
from papers.following.stream import newest_of_each
from papers.models import ListItem, ReadingList, Vote
from papers.models.vote import shows_votes

FEWEST = 2  # people of a team who upvoted a paper: one is that person's word, not the team's


def kept_in_teams_lately(user_ids: Collection[int], *, since: timedelta) -> dict[int, dict[int, Signal]]:
    """Return for each reader the new papers that others of the reader's teams put into a team's list or upvoted, with the reason.

    Being upvoted by more people comes first, then being in a list. Four queries for any number of readers.

    Args:
        since: how far back papers are new, and what happened to them is.

    Returns:
        Reasons by paper, by reader; a reason names a team or a list by its key.
    """
    found: dict[int, dict[int, Signal]] = {user_id: {} for user_id in user_ids}
    members: dict[int, set[int]] = defaultdict(set)
    namespaces: dict[int, int] = {}
    for team, namespace, user_id in Membership.objects.filter(user__in=user_ids).values_list("team", "team__namespace", "user"):
        members[team].add(user_id)
        namespaces[namespace] = team
    for (team, paper), voters in sorted(_voters(members, since).items(), key=lambda item: (-len(item[1]), item[0])):
        for user_id in members[team] - voters:
            if len(voters) >= FEWEST:
                found[user_id].setdefault(paper, {"kind": "upvoted_in_team", "team": team, "people": len(voters)})
    lately = {"added_at__gt": Now() - since, "paper__first_seen_at__gt": Now() - since}
    items = ListItem.objects.in_lists().filter(**lately).annotate(at=F("added_at"), paper_key=F("paper"))
    newest = newest_of_each(items, "reading_list", ReadingList.objects.filter(owner__in=namespaces), MOST_OF_EACH)
    for owner, reading_list, paper, adder in newest.order_by("-at", "-paper_key").values_list(
        "reading_list__owner", "reading_list", "paper_key", "added_by"
    ):
        for user_id in members[namespaces[owner]] - {adder}:
            found[user_id].setdefault(paper, {"kind": "in_team_list", "list": reading_list})
    return found


def _voters(teams: Collection[int], since: timedelta) -> dict[tuple[int, int], set[int]]:
    """Who of some teams lately upvoted a new paper and lets others see it, by team and paper."""
    voters: dict[tuple[int, int], set[int]] = defaultdict(set)
    people = Membership.objects.filter(shows_votes("user__"), team__in=teams).values("user")
    votes = Vote.objects.filter(user__in=people, created_at__gt=Now() - since, paper__first_seen_at__gt=Now() - since)
    for team, paper, user_id in votes.filter(user__memberships__team__in=teams).values_list("user__memberships__team", "paper", "user"):
        voters[team, paper].add(user_id)
    return voters
