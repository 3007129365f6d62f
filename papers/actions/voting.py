"""Upvoting and taking an upvote back, exact under any number of connections."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from papers.actions.counting import lock_stats
from papers.models import Paper, PaperStats, Vote
from papers.models.stats import ARRIVAL, hot_expression


@transaction.atomic
def cast_vote(*, user: User, paper: Paper) -> bool:
    """Make sure the reader's upvote is there; return True if it is new.

    The counter moves only if the row did: the unique key decides, not a look beforehand.
    """
    inserted = Vote.objects.insert_once(user_id=user.pk, paper_id=paper.pk)
    if inserted:
        _count(paper, +1)
    return inserted


@transaction.atomic
def withdraw_vote(*, user: User, paper: Paper) -> bool:
    """Make sure the reader's upvote is gone; return True if it was there."""
    deleted, _ = Vote.objects.filter(user=user, paper=paper).delete()
    if deleted:
        _count(paper, -1)
    return bool(deleted)


@transaction.atomic
def withdraw_all_votes(*, user: User) -> int:
    """Take back every upvote of a reader's; return how many. Votes are locked before counters, as by a single vote."""
    votes = dict(Vote.objects.select_for_update().filter(user=user).order_by("pk").values_list("pk", "paper"))
    fewer = F("vote_count") - 1
    lock_stats(papers=votes.values()).update(vote_count=fewer, hot=hot_expression(fewer, ARRIVAL))
    Vote.objects.filter(pk__in=votes).delete()
    return len(votes)


def _count(paper: Paper, step: int) -> None:
    votes = F("vote_count") + step
    PaperStats.objects.filter(paper=paper).update(vote_count=votes, hot=hot_expression(votes, paper.first_seen_at))
