"""What goes into the recommender and what comes out."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What a doing is worth beside a save. Keys are in the order in which the strongest names a paper's reason.
WORTH = {"saved": 1.0, "noted": 1.0, "upvoted": 1.0, "read": 0.8, "to_read": 0.8, "named": 1.0, "keywords": 1.0, "opened": 0.3, "team": 0.3}
HALF_LIFE = 365.0  # days in which a doing comes to say half as much of its reader
LEAST = 0.25  # what the oldest still says
AGELESS = frozenset({"named", "keywords"})  # said, not done: it holds until it is taken back


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
class Signal:
    """Something that a reader did with a paper, or said of it.

    Args:
        paper: its id.
        kind: of WORTH.
        age: days since; 0 where nobody knows.
    """

    paper: int
    kind: str = "saved"
    age: float = 0.0

    @property
    def weight(self) -> float:
        """What it says of its reader's taste, beside a paper saved today, as 1."""
        return WORTH[self.kind] * (1.0 if self.kind in AGELESS else max(LEAST, 0.5 ** (max(self.age, 0.0) / HALF_LIFE)))


@dataclass(frozen=True, slots=True)
class Quota:
    """How many papers of one category a list shall hold, at least and at most."""

    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader did and said.

    Args:
        signals: what makes the profile, the latest first; of one paper the weightiest counts.
        dismissed: papers that are not for this reader, with the days since.
        known: ids of papers that are no news: sent before, read, to read, dismissed, or the reader's own.
        categories: subject codes that the reader named.
        must, never: words of which a paper must mention one, and may mention none.
        quotas: by subject code.
        matches: the saved search of the reader's that found a candidate, by the candidate's id.
        followed: why a candidate is from what the reader or the reader's teams follow and keep, by its id: a `kind` of FOLLOWED, and facts.
        citing: the latest of the reader's papers that a candidate cites, by the candidate's id.
        bar: how far above an ordinary paper the least of a list must be, in standard deviations; none where nothing is said.
        surprise: whether the last place is for a paper from outside the reader's topics.
    """

    signals: Sequence[Signal] = ()
    dismissed: Mapping[int, float] = field(default_factory=dict)
    known: Collection[int] = ()
    categories: Collection[str] = ()
    must: Collection[str] = ()
    never: Collection[str] = ()
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    matches: Mapping[int, str] = field(default_factory=dict)
    followed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    citing: Mapping[int, int] = field(default_factory=dict)
    bar: float = -math.inf
    surprise: bool = False

    @property
    def weights(self) -> dict[int, float]:
        """What each paper of the profile counts, by its id, the latest first."""
        weights: dict[int, float] = {}
        for signal in self.signals:
            weights[signal.paper] = max(signal.weight, weights.get(signal.paper, 0.0))
        return weights

    @property
    def kinds(self) -> dict[int, str]:
        """The strongest thing that the reader did with each paper of the profile, by its id."""
        kinds: dict[int, str] = {}
        for signal in self.signals:
            kinds[signal.paper] = min(signal.kind, kinds.get(signal.paper, signal.kind), key=ORDER.__getitem__)
        return kinds

    @property
    def had(self) -> frozenset[int]:
        """Papers of the profile that are no news to the reader; what only a team keeps may be."""
        return frozenset(paper for paper, kind in self.kinds.items() if kind != "team")


ORDER = {kind: place for place, kind in enumerate(WORTH)}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A paper, how far it is above an ordinary paper in standard deviations (0 if it is shown to everybody), and why it is there."""

    paper: int
    score: float
    reason: dict[str, Any] = field(default_factory=dict)
