"""Why a paper is there: true by construction, since a reason names what the ranking itself compared."""

from collections.abc import Sequence
from typing import Any

from digests.recommender.memory import Remembered
from digests.recommender.model import Vectors
from digests.recommender.shapes import Candidate, Reader

NEAR = 0.05  # cosine; below it two papers share little more than a common word
Reason = dict[str, Any]


def reasons_of(chosen: Sequence[Candidate], vectors: Vectors, own: Remembered, reader: Reader) -> list[Reason]:
    """Say why each of the chosen papers is there: what brought it, else what it is nearest to, else its category or demand.

    Args:
        chosen, vectors: n papers.
        own: papers of the reader's, the latest first.
        reader: tells what each of them is to the reader.

    Returns:
        n reasons.
    """
    nearest = _nearest(vectors, own, reader)
    return [
        _matched(paper, reader) or _followed(paper, reader) or _citing(paper, own, reader) or reason or _without_profile(paper, reader)
        for paper, reason in zip(chosen, nearest, strict=True)
    ]


def surprise_reason(paper: Candidate) -> Reason:
    return {"kind": "surprise", "votes": paper.votes}


def _nearest(chosen: Vectors, own: Remembered, reader: Reader) -> list[Reason | None]:
    """Name for each chosen paper the reader's own paper that is nearest to it, the latest among equals; None where none is near."""
    if not len(own):
        return [None] * len(chosen)
    cosines, kinds = (chosen.words @ own.vectors.words.T).toarray(), reader.kinds
    reasons: list[Reason | None] = []
    for row in cosines:
        place = int(row.argmax())
        paper = own.papers[place]
        reason = (
            {"kind": "because_keywords"}
            if paper.id < 0
            else {"kind": f"because_{kinds[paper.id]}", "title": paper.title, "paper": paper.id}
        )
        reasons.append(reason if row[place] >= NEAR else None)
    return reasons


def _matched(paper: Candidate, reader: Reader) -> Reason | None:
    """Name the saved search that found a paper, if one did."""
    return {"kind": "matches_search", "search": reader.matches[paper.id]} if paper.id in reader.matches else None


def _followed(paper: Candidate, reader: Reader) -> Reason | None:
    """Say what brought a paper from those whom the reader follows, if anything did."""
    return dict(reader.followed[paper.id]) if paper.id in reader.followed else None


def _citing(paper: Candidate, own: Remembered, reader: Reader) -> Reason | None:
    """Name the paper of the reader's that a paper cites, if it does."""
    cited = reader.citing.get(paper.id)
    return next(({"kind": "cites", "title": one.title, "paper": one.id} for one in own.papers if one.id == cited), None)


def _without_profile(paper: Candidate, reader: Reader) -> Reason:
    """Say why a paper is there that resembles nothing of the reader's."""
    if named := sorted(paper.categories & frozenset(reader.categories)):
        return {"kind": "in_category", "category": named[0]}
    return {"kind": "trending", "votes": paper.votes} if paper.votes else {"kind": "new"}
