"""How many weeks in a row something was done, told without nagging."""

from collections.abc import Sequence


def streak(counts: Sequence[int]) -> int:
    """Return the length of the run of weeks with something in them that reaches the present.

    A week that is still running and has nothing yet breaks no run: there is time until Sunday.

    Args:
        counts: how much was done in each week, this week last.
    """
    weeks = list(counts)
    if weeks and not weeks[-1]:
        weeks.pop()
    length = 0
    while weeks and weeks.pop():
        length += 1
    return length
