"""From rows to a picture of a reader's taste: what it is about, which papers shaped it, and the next digest. Reads only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.text import Truncator

from digests.recommender import Reader, Recommender
from papers.atlas import sort_by_topic
from papers.markup import plain

LONGEST_NAME = 60  # characters, of a topic whose titles have no word to name it by


@dataclass(frozen=True)
class Picture:
    """What a reader is shown of themselves, ready to be stored.

    Args:
        topics: the largest first: `name`, `share` of the whole, and `papers`, the weightiest first, each with its key, the `kind`
            of what the reader did and its `weight`.
        preview: the papers of the next digest, the best first, each with its key, `score` and `reason`.
    """

    topics: list[dict[str, Any]]
    preview: list[dict[str, Any]]


def draw(recommender: Recommender, reader: Reader, limit: int) -> Picture:
    """Draw the picture of one reader, whose papers the recommender must remember.

    Args:
        limit: papers in the reader's digest.
    """
    found = recommender.recommend(reader, limit)
    return Picture(_topics(recommender, reader), [{"paper": one.paper, "score": one.score, "reason": one.reason} for one in found])


def _topics(recommender: Recommender, reader: Reader) -> list[dict[str, Any]]:
    weights, kinds = reader.weights, reader.kinds
    own = recommender.memory.of(paper for paper in weights if paper > 0)
    if not len(own):
        return []
    rows = own.vectors.likeness.rows
    vectors = rows if isinstance(rows, np.ndarray) else rows.toarray()
    topics, names = sort_by_topic(vectors, [plain(paper.title) for paper in own.papers])
    total = sum(weights[paper.id] for paper in own.papers)
    drawn: list[dict[str, Any]] = []
    for topic, name in enumerate(names):
        ids = [paper.id for paper, its_topic in zip(own.papers, topics, strict=True) if its_topic == topic]
        ids.sort(key=lambda paper: -weights[paper])
        papers = [{"paper": paper, "kind": kinds[paper], "weight": round(weights[paper], 3)} for paper in ids]
        name = name or Truncator(plain(own.papers[topics.index(topic)].title)).chars(LONGEST_NAME)
        drawn.append({"name": name, "share": round(sum(weights[paper] for paper in ids) / total, 3), "papers": papers})
    return sorted(drawn, key=lambda topic: -topic["share"])
