"""What goes into the recommender and what comes out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    id: int
    title: str
    abstract: str = ""

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.abstract}"

    @property
    def same_title(self) -> str:
        """One spelling for one title: a paper may be in the catalogue under two ids."""
        return "".join(filter(str.isalnum, self.title.casefold())) or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(PaperText):
    """A paper that may be recommended.

    Args:
        votes: upvotes so far.
        heat: any number that is larger for what is more in demand now.
    """

    votes: int = 0
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader did.

    Args:
        saved, upvoted: ids of papers, the latest first.
        sent: ids of papers that earlier digests held.
    """

    saved: Sequence[int] = ()
    upvoted: Sequence[int] = ()
    sent: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A paper, its cosine with the reader's profile (0 to 1; 0 if it is shown to everybody), and why it is there."""

    paper: int
    score: float
    reason: dict[str, Any] = field(default_factory=dict)
