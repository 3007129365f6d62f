"""Why papers are in a reader's stream: all that is true of each, not only what brought it up last."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.following.stream import Followed
from papers.models import Authorship, ListItem, PaperCategory, Vote

NAMES_SHOWN, LISTS_SHOWN = 3, 3


@dataclass(frozen=True)
class Reason:
    """One reason.

    Attributes:
        kind: "by_author", "in_list", "in_more_lists", "upvoted_by" or "in_category".
        names: of authors, people or categories; of an item of a list, of who put it there.
        place: the list's title.
        count: of the lists that are not named.
    """

    kind: str
    names: tuple[str, ...] = ()
    place: str = ""
    count: int = 0

    @property
    def text(self) -> str:
        """The reason in words, in the current language."""
        if self.kind == "in_more_lists":
            return ngettext("Added to %(n)d other list", "Added to %(n)d other lists", self.count) % {"n": self.count}
        who = _listed(self.names)
        if self.kind == "in_list":
            told = {"list": self.place, "who": who}
            return (_("Added to “%(list)s” by %(who)s") if who else _("Added to “%(list)s”")) % told
        words = {"by_author": _("New by %(who)s"), "upvoted_by": _("Upvoted by %(who)s"), "in_category": _("New in %(who)s")}
        return words[self.kind] % {"who": who}


def reasons_for(followed: Followed, keys: Collection[int]) -> dict[int, list[Reason]]:
    """Return what is followed of some papers, by their keys; in four queries for any number."""
    found: dict[int, list[Reason]] = defaultdict(list)
    _add(found, "by_author", _authors(followed, keys))
    _add_lists(found, followed, keys)
    _add(found, "upvoted_by", _voters(followed, keys))
    _add(found, "in_category", _categories(followed, keys))
    return found


def _add(found: dict[int, list[Reason]], kind: str, pairs: Any) -> None:
    """Make one reason of all names that a paper has of a kind."""
    names: dict[int, list[str]] = defaultdict(list)
    for key, name in pairs:
        names[key].append(name)
    for key, own in names.items():
        found[key].append(Reason(kind, tuple(dict.fromkeys(own))))


def _add_lists(found: dict[int, list[Reason]], followed: Followed, keys: Collection[int]) -> None:
    """Name the few lists that a paper was put into last, and tell how many others there are."""
    by_paper: dict[int, list[ListItem]] = defaultdict(list)
    for item in _items(followed, keys):
        by_paper[item.paper_id].append(item)
    for key, items in by_paper.items():
        for item in items[:LISTS_SHOWN]:
            leaves = item.added_by is None or item.added_by.deletion_due_at
            found[key].append(Reason("in_list", () if leaves else (item.added_by.display_name,), item.reading_list.title))  # type: ignore[union-attr]
        if (more := len(items) - LISTS_SHOWN) > 0:
            found[key].append(Reason("in_more_lists", count=more))


def _authors(followed: Followed, keys: Collection[int]) -> Any:
    places = Authorship.objects.filter(paper__in=keys, author__in=followed.authors)
    return places.order_by("paper", "position").values_list("paper", "author__name")


def _items(followed: Followed, keys: Collection[int]) -> Any:
    items = ListItem.objects.filter(paper__in=keys, reading_list__in=followed.lists).exclude(added_by=followed.reader)
    return items.select_related("added_by__namespace", "reading_list").order_by("-added_at", "-pk")


def _voters(followed: Followed, keys: Collection[int]) -> Any:
    votes = Vote.objects.filter(paper__in=keys, user__in=followed.people)
    return ((vote.paper_id, vote.user.display_name) for vote in votes.select_related("user__namespace").order_by("-created_at", "-pk"))


def _categories(followed: Followed, keys: Collection[int]) -> Any:
    places = PaperCategory.objects.filter(paper__in=keys, category__in=followed.categories)
    return places.order_by("paper", "-is_primary", "category__slug").values_list("paper", "category__slug")


def _listed(names: tuple[str, ...]) -> str:
    """A few names as a sentence has them: “A, B and 2 others”."""
    more = len(names) - NAMES_SHOWN
    if more > 0:
        others = ngettext("%(n)d other", "%(n)d others", more) % {"n": more}
        return _("%(names)s and %(last)s") % {"names": ", ".join(names[:NAMES_SHOWN]), "last": others}
    if len(names) > 1:
        return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    return "".join(names)
