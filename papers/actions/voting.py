"""Upvoting and taking an upvote back, exact under any number of connections."""

from django.db import transaction

from accounts.actions.announcing import announce
from accounts.models import User
from papers.actions.counting import lock_stats
from papers.models import Paper, Vote


def cast_vote(*, user: User, paper: Paper) -> bool:
    """Make sure the reader's upvote is there; return True if it is new. One statement, so it needs no transaction around it.

    What is announced comes after it: a process that dies in between keeps the vote, and programs miss one event.
    """
    is_new = Vote.objects.cast(user_id=user.pk, paper_id=paper.pk)
    if is_new:
        announce("paper.voted", by=user, paper=paper.pk)
    return is_new


def withdraw_vote(*, user: User, paper: Paper) -> bool:
    """Make sure the reader's upvote is gone; return True if it was there."""
    return Vote.objects.withdraw(user_id=user.pk, paper_id=paper.pk)


@transaction.atomic
def withdraw_all_votes(*, user: User) -> int:
    """Take back every upvote of a reader's; return how many. Votes are locked before counters, as by a single vote."""
    votes = Vote.objects.select_for_update().filter(user=user).order_by("pk")
    lock_stats(papers=list(votes.values_list("paper", flat=True)))
    return Vote.objects.withdraw_all(user_id=user.pk)
