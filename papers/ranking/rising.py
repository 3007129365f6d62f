"""Several rankings made into one in which each has its turn, so that a popular field never drowns a small one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper, and the field in which it stands highest, at which place, counted from 1."""

    paper: int
    field: str
    place: int


def take_turns(rankings: Mapping[str, Sequence[int]], most: int) -> list[Placed]:
    """Return the first of each field, then the second of each, and so on; each paper once, where it first comes up.

    Args:
        rankings: ids of papers by field, the best first; fields in the order in which they take turns.
        most: how many papers to return at most.
    """
    turns = max(map(len, rankings.values()), default=0)
    rows = (Placed(papers[turn], field, turn + 1) for turn in range(turns) for field, papers in rankings.items() if turn < len(papers))
    first: dict[int, Placed] = {}
    for row in rows:
        first.setdefault(row.paper, row)
    return list(first.values())[:most]
