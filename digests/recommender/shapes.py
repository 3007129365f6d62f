"""What goes into the recommender and what comes out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    """A text with an id; a negative id is a reader's keywords, not a paper."""

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
        categories: subject codes.
        votes: upvotes so far.
        heat: any number that is larger for what is more in demand now.
    """

    categories: frozenset[str] = frozenset()
    votes: int = 0
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader did and said.

    Args:
        saved, upvoted: ids of papers, the latest first.
        named: ids of papers that the reader named as interests, and of the text of the reader's keywords.
        categories: subject codes that the reader named.
        sent: ids of papers that earlier digests held.
        settled: ids of papers of which the reader said anything: read, to read, or not for me.
        matches: the saved search of the reader's that found a candidate, by the candidate's id.
        followed: why a candidate is from what the reader follows, by its id: a `kind` of FOLLOWED, and facts.
    """

    saved: Sequence[int] = ()
    upvoted: Sequence[int] = ()
    sent: Collection[int] = ()
    settled: Collection[int] = ()
    named: Sequence[int] = ()
    categories: Collection[str] = ()
    matches: Mapping[int, str] = field(default_factory=dict)
    followed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def history(self) -> list[int]:
        """All that the profile is made of, each once."""
        return list(dict.fromkeys([*self.saved, *self.upvoted, *self.named]))


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A paper, its score in standard deviations over the candidates (0 if it is shown to everybody), and why it is there."""

    paper: int
    score: float
    reason: dict[str, Any] = field(default_factory=dict)
