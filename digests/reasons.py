"""Why papers are in a digest, in sentences. A frozen reason keeps the keys of people and lists; what they are called is asked each time."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import Team, User
from digests.models import DigestPaper
from papers.markup import plain
from papers.models import ReadingList
from papers.models.vote import shows_votes

# By the kind of a reason, whose facts the sentence names.
REASONS = {
    "because_saved": gettext_lazy("Because you saved “%(title)s”"),
    "because_upvoted": gettext_lazy("Because you upvoted “%(title)s”"),
    "because_noted": gettext_lazy("Because you wrote about “%(title)s”"),
    "because_read": gettext_lazy("Because you read “%(title)s”"),
    "because_to_read": gettext_lazy("Because you mean to read “%(title)s”"),
    "because_opened": gettext_lazy("Because you opened “%(title)s”"),
    "because_team": gettext_lazy("Because a team of yours keeps “%(title)s”"),
    "cites": gettext_lazy("Cites “%(title)s”, which you keep"),
    "because_named": gettext_lazy("Because “%(title)s” is among your interests"),
    "because_keywords": gettext_lazy("Because of your keywords"),
    "matches_search": gettext_lazy("New in your search “%(search)s”"),
    "by_author": gettext_lazy("New by %(author)s, whom you follow"),
    "in_followed_list": gettext_lazy("Added to “%(list)s”, which you follow"),
    "upvoted_by": gettext_lazy("Upvoted by %(person)s, whom you follow"),
    "in_team_list": gettext_lazy("Added to your team’s “%(list)s”"),
    "from_teams": gettext_lazy("From a team of yours"),
    "from_follows": gettext_lazy("From what you follow"),  # who or which list is not for this reader to know any more
    "in_category": gettext_lazy("New in %(category)s, which is among your interests"),
    "new": gettext_lazy("New in the catalogue"),
}

# In a team's digest, where there is no "you".
TEAM_REASONS = {
    "because_saved": gettext_lazy("Because the team keeps “%(title)s”"),
    "because_upvoted": gettext_lazy("Because “%(title)s” is upvoted in the team"),
    "near_team": gettext_lazy("Near to what the team keeps and upvotes"),
}

# By the kind of a reason, the fact that is a key, and the kind that it becomes when the reader may not see that any more.
NAMED = {
    "upvoted_by": ("person", "from_follows"),
    "in_followed_list": ("list", "from_follows"),
    "in_team_list": ("list", "from_teams"),
    "upvoted_in_team": ("team", "from_teams"),
}
# Sentences with a number in them.
COUNTED = {
    "trending": ngettext_lazy("Trending here: %(votes)d upvote", "Trending here: %(votes)d upvotes", "votes"),
    "surprise": ngettext_lazy(
        "Something else, outside your topics: %(votes)d upvote", "Something else, outside your topics: %(votes)d upvotes", "votes"
    ),
    "upvoted_in_team": ngettext_lazy("%(people)d person in %(team)s upvoted it", "%(people)d people in %(team)s upvoted it", "people"),
}


def reason_text(reason: dict[str, Any]) -> str:
    """Say in a sentence why a paper is in a digest, in the current language; "" for an unknown kind."""
    kind = reason.get("kind", "")
    return _sentence(COUNTED.get(kind) or REASONS.get(kind), reason)


def team_reason_text(reason: dict[str, Any]) -> str:
    """The same of a paper in a team's digest."""
    kind = reason.get("kind", "")
    return _sentence(TEAM_REASONS.get(kind) or COUNTED.get(kind) or REASONS.get(kind), reason)


def _sentence(sentence: Any, reason: dict[str, Any]) -> str:
    try:
        return str(sentence % (reason | {"title": plain(reason.get("title", ""))})) if sentence else ""
    except KeyError:
        return ""


def name_reasons(entries: Iterable[DigestPaper], *, reader: User, lists_for: User | AnonymousUser | None = None) -> None:
    """Put names for the people, lists and teams in reasons, as far as the reader may still see them; in three queries at most.

    Args:
        lists_for: whose lists and teams may be told of, where that is not the reader: a token may lack the right to read lists.
    """
    entries = list(entries)
    told = [entry for entry in entries if entry.reason.get("kind") in NAMED]
    keys: dict[str, list[int]] = {"person": [], "list": [], "team": []}
    for entry in told:
        fact, _lost = NAMED[entry.reason["kind"]]
        keys[fact] += [entry.reason[fact]] if fact in entry.reason else []
    shown = lists_for or reader
    if lists_for is not None:
        for entry in entries:
            entry.reason = {"kind": "from_teams"} if entry.reason.get("kind") == "because_team" else entry.reason
    names = {"person": _people(keys["person"]), "list": _lists(keys["list"], shown), "team": _teams(keys["team"], shown)}
    for entry in told:
        fact, lost = NAMED[entry.reason["kind"]]
        name = names[fact].get(entry.reason.get(fact, 0))
        entry.reason = entry.reason | {fact: name} if name else {"kind": lost}


def _people(keys: list[int]) -> dict[int, str]:
    if not keys:
        return {}
    return {user.pk: user.display_name for user in User.objects.filter(shows_votes(), pk__in=keys).select_related("namespace")}


def _lists(keys: list[int], reader: User | AnonymousUser) -> dict[int, str]:
    return dict(ReadingList.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", "title")) if keys else {}


def _teams(keys: list[int], reader: User | AnonymousUser) -> dict[int, str]:
    return dict(Team.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", "title")) if keys else {}
