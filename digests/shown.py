"""A stored picture of taste with its papers and names, as it is shown: on the web and over REST. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from digests.models import DigestPaper, LeftOut, Taste
from digests.reasons import name_reasons
from papers.models import Paper, ReadingState
from papers.models.reading_state import State

MOST_SHOWN = 30  # papers of a topic, left out, or dismissed, the latest or weightiest
DOINGS = {
    "saved": _("saved"),
    "noted": _("wrote about it"),
    "upvoted": _("upvoted"),
    "read": _("read"),
    "to_read": _("mean to read"),
    "named": _("named as an interest"),
    "opened": _("opened from a digest"),
    "team": _("kept by a team of yours"),
}


@dataclass(frozen=True)
class ShownPaper:
    """A paper that shapes a topic: `doing` says what the reader did with it, `weight` what it counts beside a paper saved today."""

    paper: Paper
    kind: str
    doing: str | Promise
    weight: float


@dataclass(frozen=True)
class ShownTopic:
    """`share` is of all that shapes the digest, 0 to 1; `count` is of all its papers, of which the weightiest are shown."""

    name: str
    share: float
    count: int
    papers: list[ShownPaper]

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True)
class ShownTaste:
    """A picture.

    Args:
        entries: the papers of the next digest, as unsaved rows with named reasons.
        new: keys of those that the picture before had not.
        gone: papers of the picture before that are not in this one, each with the reason.
        left_out: papers that shape nothing; dismissed: papers that are not for the reader. Of both the latest.
    """

    taste: Taste
    topics: list[ShownTopic]
    entries: list[DigestPaper]
    new: frozenset[int]
    gone: list[tuple[Paper, str | Promise]]
    left_out: list[Paper]
    dismissed: list[Paper]

    @property
    def made(self) -> str:
        """Which picture this is."""
        return self.taste.made_at.isoformat() if self.taste.made_at else ""


def show(taste: Taste, reader: User, *, lists_for: User | AnonymousUser | None = None) -> ShownTaste:
    """Load what a picture names, in nine queries at most; papers that the reader may not see any more are left away.

    Args:
        lists_for: as for name_reasons(); where it is given, nothing is told of what the reader's teams keep.
    """
    before, now = _papers_in(taste.before), _papers_in(taste.preview)
    mine = ReadingState.objects.of_reader(reader)
    dismissed = list(mine.filter(state=State.DISMISSED).order_by("-changed_at", "-pk").values_list("paper", flat=True)[:MOST_SHOWN])
    left_out = list(LeftOut.objects.filter(user=reader).order_by("-pk").values_list("paper", flat=True)[:MOST_SHOWN])
    of_topics = [paper for topic in taste.topics for paper in _papers_in(topic["papers"][:MOST_SHOWN])]
    papers = Paper.objects.visible_to(reader).with_bylines().in_bulk({*of_topics, *before, *dismissed, *left_out})
    cards = Paper.objects.visible_to(reader).for_cards(reader).in_bulk(now)
    entries = [
        DigestPaper(user=reader, paper=cards[one["paper"]], position=place, score=one["score"], reason=dict(one["reason"]))
        for place, one in enumerate(taste.preview, start=1)
        if one["paper"] in cards
    ]
    name_reasons(entries, reader=reader, lists_for=lists_for)
    lost = [papers[paper] for paper in before if paper not in now and paper in papers]
    had = set(mine.exclude(state=State.DISMISSED).filter(paper__in=lost).values_list("paper", flat=True))
    return ShownTaste(
        taste=taste,
        topics=[_topic(topic, papers, with_teams=lists_for is None) for topic in taste.topics],
        entries=entries,
        new=frozenset(now).difference(before) if before else frozenset(),
        gone=[(paper, _why_gone(paper.pk, dismissed, had)) for paper in lost],
        left_out=[papers[paper] for paper in left_out if paper in papers],
        dismissed=[papers[paper] for paper in dismissed if paper in papers],
    )


def _topic(topic: dict[str, Any], papers: dict[int, Paper], *, with_teams: bool) -> ShownTopic:
    shown = [
        ShownPaper(papers[one["paper"]], one["kind"], DOINGS.get(one["kind"], ""), one["weight"])
        for one in topic["papers"][:MOST_SHOWN]
        if one["paper"] in papers and (with_teams or one["kind"] != "team")
    ]
    return ShownTopic(name=topic["name"], share=topic["share"], count=len(topic["papers"]), papers=shown)


def _why_gone(paper: int, dismissed: Iterable[int], had: Iterable[int]) -> str | Promise:
    if paper in dismissed:
        return _("you said that it is not for you")
    return _("you have it on your reading pile") if paper in had else _("others fit better now, or you have it already")


def _papers_in(stored: Iterable[dict[str, Any]]) -> list[int]:
    return [one["paper"] for one in stored]
