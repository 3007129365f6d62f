"""The hot score: votes on a logarithmic scale, lifted by when the catalogue first saw the paper.

The form is the one Reddit published for its front page in 2010: it depends only on the votes
and on a constant of the paper, so it is written once per vote and read from an index.
"""

import math

SECONDS_PER_TENFOLD = 432_000  # ten times the votes are worth five days


def score(*, votes: int, first_seen: float) -> float:
    """Return log10(max(votes, 1)) + first_seen / 432,000.

    Args:
        votes: upvotes, 0 or more.
        first_seen: when this catalogue first saw the paper, in seconds since 1970 UTC
            (never the publication date: an old paper that arrives today is news here).
    """
    return math.log10(max(votes, 1)) + first_seen / SECONDS_PER_TENFOLD
