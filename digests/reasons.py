"""Why papers are in a digest, in sentences. A frozen reason keeps the keys of people and lists; what they are called is asked each time."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from digests.models import DigestPaper
from papers.markup import plain
from papers.models import ReadingList
from papers.models.vote import shows_votes

# By the kind of a reason, whose facts the sentence names.
REASONS = {
    "because_saved": gettext_lazy("Because you saved “%(title)s”"),
    "because_upvoted": gettext_lazy("Because you upvoted “%(title)s”"),
    "because_named": gettext_lazy("Because “%(title)s” is among your interests"),
    "because_keywords": gettext_lazy("Because of your keywords"),
    "matches_search": gettext_lazy("New in your search “%(search)s”"),
    "by_author": gettext_lazy("New by %(author)s, whom you follow"),
    "in_followed_list": gettext_lazy("Added to “%(list)s”, which you follow"),
    "upvoted_by": gettext_lazy("Upvoted by %(person)s, whom you follow"),
    "from_follows": gettext_lazy("From what you follow"),  # who or which list is not for this reader to know any more
    "in_category": gettext_lazy("New in %(category)s, which is among your interests"),
    "new": gettext_lazy("New in the catalogue"),
}


NAMED = {"upvoted_by": "person", "in_followed_list": "list"}  # by the kind of a reason, the fact that is a key


def reason_text(reason: dict[str, Any]) -> str:
    """Say in a sentence why a paper is in a digest, in the current language; "" for an unknown kind."""
    kind = reason.get("kind", "")
    if kind == "trending" and "votes" in reason:
        return ngettext("Trending here: %(votes)d upvote", "Trending here: %(votes)d upvotes", reason["votes"]) % reason
    try:
        return str(REASONS[kind]) % (reason | {"title": plain(reason.get("title", ""))})
    except KeyError:
        return ""


def name_reasons(entries: Iterable[DigestPaper], *, reader: User, lists_for: User | AnonymousUser | None = None) -> None:
    """Put names for the people and lists in reasons, as far as the reader may still see them; in two queries at most.

    Args:
        lists_for: whose lists may be told of, where that is not the reader: a token may lack the right to read lists.
    """
    told = [entry for entry in entries if entry.reason.get("kind") in NAMED]
    keys = {fact: [entry.reason[fact] for entry in told if fact in entry.reason] for fact in NAMED.values()}
    names = {"person": _people(keys["person"]), "list": _lists(keys["list"], lists_for or reader)}
    for entry in told:
        kind, fact = entry.reason["kind"], NAMED[entry.reason["kind"]]
        name = names[fact].get(entry.reason[fact])
        entry.reason = {"kind": kind, fact: name} if name else {"kind": "from_follows"}


def _people(keys: list[int]) -> dict[int, str]:
    if not keys:
        return {}
    return {user.pk: user.display_name for user in User.objects.filter(shows_votes(), pk__in=keys).select_related("namespace")}


def _lists(keys: list[int], reader: User | AnonymousUser) -> dict[int, str]:
    return dict(ReadingList.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", "title")) if keys else {}
