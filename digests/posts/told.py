"""What programs are told of each kind of announcement: written anew at every attempt, so what is gone or hidden meanwhile is not sent."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from accounts.models import Announcement, User
from digests.models import DigestPaper, EventType
from digests.posts import standard
from digests.posts.audience import Audience
from digests.team_shown import show_team_digest
from papers.models import ReadingList

Facts = dict[str, Any]
Told = dict[int, Facts]  # by the key of the announcement; what the audience may not see is not in it
Many = Sequence[Announcement]


def told(announcements: Many, audience: Audience) -> Told:
    """Return what an audience is told of announcements of one kind, in a number of queries that does not grow with them."""
    if not announcements:
        return {}
    return TELLING[announcements[0].kind](announcements, audience)


def _papers_added(many: Many, audience: Audience) -> Told:
    papers = _papers({key for one in many for key in one.facts["papers"]}, audience)
    return {one.pk: {"papers": known} for one in many if (known := _found(papers, one.facts["papers"]))}


def _paper_voted(many: Many, audience: Audience) -> Told:
    people, papers = _people(_keys(many, "by")), _papers(_keys(many, "paper"), audience)
    votes = audience.votes().filter(user__in=people, paper__in=papers).order_by()
    seen = set(votes.values_list("user", "paper"))
    return {
        one.pk: {"paper": papers[one.facts["paper"]], "by": people[one.facts["by"]]}
        for one in many
        if (one.facts["by"], one.facts["paper"]) in seen
    }


def _comment_written(many: Many, audience: Audience) -> Told:
    comments = audience.comments().in_bulk(_keys(many, "comment"))
    papers = _papers({comment.paper_id for comment in comments.values()}, audience)
    return {one.pk: _comment(comments[key], papers) for one in many if (key := one.facts["comment"]) in comments}


def _comment(comment: Any, papers: Mapping[int, Facts]) -> Facts:
    shelf = comment.item.reading_list if comment.item else None
    place = {"list": _list(shelf) if shelf else None, "paper": papers.get(comment.paper_id)}
    url = settings.SITE_URL + comment.get_absolute_url()
    return place | {"id": comment.pk, "url": url, "by": _person(comment.author), "text": comment.text}


def _list_changed(many: Many, audience: Audience) -> Told:
    lists, people = audience.lists().in_bulk(_keys(many, "list")), _people(_keys(many, "by"))
    papers = _papers({key for one in many for key in one.facts["papers"]}, audience)
    owned = audience.names().in_bulk({one.facts["owner"] for one in many if one.facts["change"] == "deleted"})
    found: Told = {}
    for one in many:
        shelf = _deleted(one.facts, owned) if one.facts["change"] == "deleted" else _list(lists.get(one.facts["list"]))
        if shelf:
            about = {"change": one.facts["change"], "papers": _found(papers, one.facts["papers"])}
            found[one.pk] = {"list": shelf, **about, "by": people.get(one.facts["by"] or 0)}
    return found


def _deleted(facts: Mapping[str, Any], owned: Collection[int]) -> Facts | None:
    """Nobody can ask any more who might see it, so only those whose it was are told."""
    if facts["owner"] not in owned:
        return None
    return {"title": facts["title"], "url": settings.SITE_URL + facts["path"]}


def _suggestion_made(many: Many, audience: Audience) -> Told:
    found = audience.suggestions().in_bulk(_keys(many, "suggestion"))
    papers = _papers({one.paper_id for one in found.values()}, audience)
    return {
        one.pk: {
            "list": _list(made.reading_list),
            "paper": papers.get(made.paper_id),
            "by": _person(made.suggested_by),
            "words": made.words,
        }
        for one in many
        if (made := found.get(one.facts["suggestion"]))
    }


def _assignment_made(many: Many, audience: Audience) -> Told:
    found = audience.assignments().in_bulk(_keys(many, "assignment"))
    papers, people = _papers({one.item.paper_id for one in found.values()}, audience), _people(_keys(many, "by"))
    return {
        one.pk: {
            "list": _list(made.item.reading_list),
            "paper": papers.get(made.item.paper_id),
            "to": _person(made.user),
            "by": people.get(one.facts["by"]),
            "part": made.part,
            "due_on": made.due_on.isoformat() if made.due_on else None,
        }
        for one in many
        if (made := found.get(one.facts["assignment"]))
    }


def _member(many: Many, audience: Audience) -> Told:
    teams, people = audience.teams().in_bulk(_keys(many, "team")), _people(_keys(many, "person") | _keys(many, "by"))
    return {
        one.pk: {
            "team": standard.team_of(team),
            "person": people.get(one.facts["person"]),
            "by": people.get(one.facts["by"]),
            "role": one.facts["role"],
        }
        for one in many
        if (team := teams.get(one.facts["team"]))
    }


def _digest_ready(many: Many, audience: Audience) -> Told:
    digests = audience.digests().in_bulk(_keys(many, "digest"))
    entries = DigestPaper.objects.filter(digest__in=digests).order_by("digest", "position").values_list("digest", "paper")
    chosen: dict[int, list[int]] = {}
    for digest, paper in entries:
        chosen.setdefault(digest, []).append(paper)
    papers = _papers({key for keys in chosen.values() for key in keys}, audience)
    return {
        one.pk: {
            "period": made.period_key,
            "url": settings.SITE_URL + made.get_absolute_url(),
            "papers": _found(papers, chosen.get(made.pk, [])),
        }
        for one in many
        if (made := digests.get(one.facts["digest"]))
    }


def _team_digest_ready(many: Many, audience: Audience) -> Told:
    """The same as a team's outlet gets; a team has one a day at most, so each is loaded by itself."""
    digests = audience.team_digests().in_bulk(_keys(many, "team_digest"))
    return {
        one.pk: standard.team_digest(made, show_team_digest(made, audience.reader))
        for one in many
        if (made := digests.get(one.facts["team_digest"]))
    }


TELLING: Mapping[str, Callable[[Many, Audience], Told]] = {
    EventType.PAPERS_ADDED: _papers_added,
    EventType.PAPER_VOTED: _paper_voted,
    EventType.COMMENT_WRITTEN: _comment_written,
    EventType.LIST_CHANGED: _list_changed,
    EventType.SUGGESTION_MADE: _suggestion_made,
    EventType.ASSIGNMENT_MADE: _assignment_made,
    EventType.MEMBER_JOINED: _member,
    EventType.MEMBER_LEFT: _member,
    EventType.DIGEST_READY: _digest_ready,
    EventType.TEAM_DIGEST_READY: _team_digest_ready,
}


def _keys(many: Many, name: str) -> set[int]:
    return {one.facts[name] for one in many if one.facts[name]}


def _papers(keys: Collection[int], audience: Audience) -> dict[int, Facts]:
    return {pk: standard.paper_of(paper) for pk, paper in audience.papers().in_bulk(list(keys)).items()} if keys else {}


def _people(keys: Iterable[int]) -> dict[int, Facts]:
    """People who stay: names and handles only."""
    rows = User.objects.filter(deletion_due_at=None).select_related("namespace").in_bulk(list(keys))
    return {pk: known for pk, user in rows.items() if (known := _person(user))}


def _person(user: User | None) -> Facts | None:
    return {"handle": user.handle, "name": user.display_name} if user and not user.deletion_due_at else None


def _list(reading_list: ReadingList | None) -> Facts | None:
    if reading_list is None:
        return None
    return {"title": reading_list.title, "url": settings.SITE_URL + reading_list.get_absolute_url()}


def _found(papers: Mapping[int, Facts], keys: Iterable[int]) -> list[Facts]:
    return [papers[key] for key in keys if key in papers]
