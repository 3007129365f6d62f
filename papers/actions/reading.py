"""Saying what one has read, reads, wants to read, or does not want."""

from collections.abc import Collection

from accounts.models import User
from papers.models import ListItem, Paper, ReadingList, ReadingState, State


def set_state(*, user: User, paper: Paper, state: str) -> bool:
    """Say in which state a paper is for the reader; return True if that is new. Votes and lists stay as they are.

    Raises:
        ValueError: there is no such state.
    """
    return bool(set_states(user=user, papers=[paper.pk], state=state))


def clear_state(*, user: User, paper: Paper) -> bool:
    """Take back whatever the reader said of a paper; return True if something was said."""
    return bool(clear_states(user=user, papers=[paper.pk]))


def set_states(*, user: User, papers: Collection[int], state: str) -> int:
    """Say the same of many papers, given by their keys, in one statement; return how many it is new for.

    Raises:
        ValueError: there is no such state.
    """
    chosen = Paper.objects.filter(pk__in=papers).values("pk")
    return ReadingState.objects.put(user_id=user.pk, papers=chosen, state=State(state).value)


def clear_states(*, user: User, papers: Collection[int]) -> int:
    deleted, _each = ReadingState.objects.filter(user=user, paper__in=papers).delete()
    return deleted


def mark_list_read(*, user: User, reading_list: ReadingList) -> int:
    """Say of all papers in a list that the reader has read them; return for how many that is new."""
    held = ListItem.objects.filter(reading_list=reading_list).values("paper")
    return ReadingState.objects.put(user_id=user.pk, papers=held, state=State.READ)
