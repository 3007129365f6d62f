"""Why a paper is there: true by construction, since a reason names what the ranking itself compared."""

from collections.abc import Sequence
from typing import Any

from digests.recommender.model import Vectors
from digests.recommender.shapes import Candidate, PaperText, Reader

NEAR = 0.05  # cosine; below it two papers share little more than a common word


def nearest_reasons(chosen: Vectors, own: Vectors, papers: Sequence[PaperText], reader: Reader) -> list[dict[str, Any] | None]:
    """Name for each chosen paper the reader's own paper that is nearest to it, the latest among equals.

    Args:
        chosen: the chosen papers, n of them.
        own: the reader's papers, the latest first.
        reader: tells what each of them is to the reader.

    Returns:
        n reasons; None where no paper of the reader's is near.
    """
    if not papers:
        return [None] * len(chosen.concepts)
    cosines, saved, upvoted = (chosen.words @ own.words.T).toarray(), frozenset(reader.saved), frozenset(reader.upvoted)
    reasons: list[dict[str, Any] | None] = []
    for row in cosines:
        place = int(row.argmax())
        paper = papers[place]
        kind = "because_saved" if paper.id in saved else "because_upvoted" if paper.id in upvoted else "because_named"
        reason = {"kind": "because_keywords"} if paper.id < 0 else {"kind": kind, "title": paper.title, "paper": paper.id}
        reasons.append(reason if row[place] >= NEAR else None)
    return reasons


def matched(paper: Candidate, reader: Reader) -> dict[str, Any] | None:
    """Name the saved search that found a paper, if one did."""
    return {"kind": "matches_search", "search": reader.matches[paper.id]} if paper.id in reader.matches else None


def followed(paper: Candidate, reader: Reader) -> dict[str, Any] | None:
    """Say what brought a paper from those whom the reader follows, if anything did."""
    return dict(reader.followed[paper.id]) if paper.id in reader.followed else None


def reason_without_profile(paper: Candidate, reader: Reader) -> dict[str, Any]:
    """Say why a paper is there that resembles nothing of the reader's."""
    if named := sorted(paper.categories & frozenset(reader.categories)):
        return {"kind": "in_category", "category": named[0]}
    return {"kind": "trending", "votes": paper.votes} if paper.votes else {"kind": "new"}
