"""Why a paper is there: true by construction, since a reason names what the ranking itself compared."""

from collections.abc import Collection, Sequence
from typing import Any

from scipy.sparse import csr_matrix

from digests.recommender.shapes import Candidate, PaperText

NEAR = 0.05  # cosine; below it two papers share little more than a common word


def nearest_reasons(
    chosen: csr_matrix, own: csr_matrix, papers: Sequence[PaperText], saved: Collection[int]
) -> list[dict[str, Any] | None]:
    """Name for each chosen paper the reader's own paper that is nearest to it, the latest among equals.

    Args:
        chosen: tf-idf rows of the chosen papers, shape (n, vocabulary).
        own: rows of the reader's papers, shape (len(papers), vocabulary), the latest first.
        saved: which of them the reader saved; the others are upvoted.

    Returns:
        n reasons; None where no paper of the reader's is near.
    """
    if not papers:
        return [None] * chosen.shape[0]
    cosines = (chosen @ own.T).toarray()
    reasons: list[dict[str, Any] | None] = []
    for row in cosines:
        place = int(row.argmax())
        paper = papers[place]
        kind = "because_saved" if paper.id in saved else "because_upvoted"
        reasons.append({"kind": kind, "title": paper.title, "paper": paper.id} if row[place] >= NEAR else None)
    return reasons


def reason_for_everybody(paper: Candidate) -> dict[str, Any]:
    return {"kind": "trending", "votes": paper.votes} if paper.votes else {"kind": "new"}
