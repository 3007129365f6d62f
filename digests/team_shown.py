"""A team's frozen digest with its papers and names, as it is shown: on the web, over REST and by mail. Reads only."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from accounts.models import Membership, User
from digests.models import Delivery, DigestPaper, TeamDigest, TeamOutlet
from digests.reasons import team_reason_text
from papers.models import ListItem, Paper, ReadingList, Vote
from papers.models.comment import items_discussed_by
from papers.models.vote import shows_votes


@dataclass(frozen=True)
class Saved:
    paper: Paper
    people: list[User]
    lists: list[ReadingList]


@dataclass(frozen=True)
class Discussed:
    """`item` is where the team talks about the paper, None if it is no longer there."""

    paper: Paper
    comments: int
    item: ListItem | None


@dataclass(frozen=True)
class Likely:
    paper: Paper
    reason: dict[str, Any]

    @property
    def reason_text(self) -> str:
        return team_reason_text(self.reason)


@dataclass(frozen=True)
class ShownTeamDigest:
    """What a digest holds for one reader; a paper that was saved and discussed is in both parts."""

    saved: list[Saved] = field(default_factory=list)
    discussed: list[Discussed] = field(default_factory=list)
    likely: list[Likely] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.saved or self.discussed or self.likely)

    @property
    def papers(self) -> list[Paper]:
        return [one.paper for part in (self.saved, self.discussed, self.likely) for one in part]


def show_team_digest(digest: TeamDigest, reader: User | None, *, without: Collection[int] = ()) -> ShownTeamDigest:
    """Load what a digest names, as far as the reader may still see it.

    Args:
        digest: with its subscription loaded.
        reader: None stands for the team at large, as in a channel of its own: what all of its people may see.
        without: papers that are left out of what the team is likely to want.
    """
    saved, discussed = digest.content.get("saved", []), digest.content.get("discussed", [])
    likely = _with_true_reasons(
        digest.subscription.team_id, [one for one in digest.content.get("likely", []) if one["paper"] not in without]
    )
    anyone = reader or AnonymousUser()
    papers = Paper.objects.visible_to(anyone).for_cards(anyone).in_bulk({one["paper"] for one in (*saved, *discussed, *likely)})
    people = User.objects.filter(deletion_due_at=None).in_bulk(_keys(saved, "people"))
    lists, items = _shared_with(reader, digest.subscription.team_id)
    lists = lists.select_related("owner__user__namespace", "owner__team").in_bulk(_keys(saved, "lists"))
    items = items.select_related("reading_list__owner").in_bulk({one["item"] for one in discussed})
    return ShownTeamDigest(
        saved=[
            Saved(papers[one["paper"]], _found(people, one["people"]), _found(lists, one["lists"]))
            for one in saved
            if one["paper"] in papers
        ],
        discussed=[Discussed(papers[one["paper"]], one["comments"], items.get(one["item"])) for one in discussed if one["paper"] in papers],
        likely=[Likely(papers[one["paper"]], one["reason"]) for one in likely if one["paper"] in papers],
    )


def _shared_with(reader: User | None, team_id: int) -> tuple[Any, Any]:
    """The lists that the reader may see and the items where the reader may talk; of the team at large those of the team's own."""
    if reader is None:
        owned = ReadingList.objects.filter(owner__team=team_id)
        return owned, ListItem.objects.filter(reading_list__in=owned)
    return ReadingList.objects.visible_to(reader), items_discussed_by(reader)


def show_outlets(outlets: QuerySet[TeamOutlet]) -> list[Any]:
    """Load outlets, each with what became of the `latest` digest to it, or None."""
    latest = Prefetch("deliveries", Delivery.objects.latest_per_outlet().select_related("team_digest"), to_attr="deliveries_shown")
    shown: list[Any] = list(outlets.order_by("pk").prefetch_related(latest))
    for outlet in shown:
        outlet.latest = next(iter(outlet.deliveries_shown), None)
    return shown


def own_before(digest: TeamDigest, reader_ids: Collection[int]) -> dict[int, set[int]]:
    """Return which of the suggested papers were in readers' own digests by the time of the team's, by reader; one query.

    Later ones do not count, so that a mail is the same at every attempt.
    """
    suggested = [one["paper"] for one in digest.content.get("likely", [])]
    sent = DigestPaper.objects.filter(user__in=reader_ids, paper__in=suggested, digest__composed_at__lte=digest.composed_at)
    found: dict[int, set[int]] = {reader: set() for reader in reader_ids}
    for reader, paper in sent.order_by().values_list("user", "paper"):
        found[reader].add(paper)
    return found


def _with_true_reasons(team_id: int, likely: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say less where a reason holds no longer: who has hidden their votes meanwhile is not told of by an old digest."""
    named = {one["reason"]["paper"] for one in likely if "paper" in one["reason"]}
    people = Membership.objects.filter(shows_votes("user__"), team=team_id).values("user")
    items = ListItem.objects.in_lists().filter(reading_list__owner__team=team_id, paper__in=named)
    true = {
        "because_upvoted": set(Vote.objects.filter(user__in=people, paper__in=named).values_list("paper", flat=True)),
        "because_saved": set(items.values_list("paper", flat=True)),
    }
    return [one if _holds(one["reason"], true) else one | {"reason": {"kind": "near_team"}} for one in likely]


def _holds(reason: dict[str, Any], true: Mapping[str, Collection[int]]) -> bool:
    return reason["kind"] not in true or reason["paper"] in true[reason["kind"]]


def _keys(part: Iterable[dict[str, Any]], name: str) -> set[int]:
    return {key for one in part for key in one[name]}


def _found(rows: dict[int, Any], keys: Iterable[int]) -> list[Any]:
    return [rows[key] for key in keys if key in rows]
