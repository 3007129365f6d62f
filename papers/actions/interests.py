"""Saying what one cares about."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from papers.interests import MOST, search_of
from papers.models import Interest


@transaction.atomic
def set_interests(*, user: User, kind: str, values: Collection[str]) -> None:
    """Replace a reader's interests of one kind; those that stay keep their age.

    Args:
        values: category codes, keywords, base arXiv ids and DOIs, or searches, already well spelt.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    Interest.objects.filter(user=user, kind=kind).exclude(value__in=values).delete()
    Interest.objects.bulk_create([Interest(user=user, kind=kind, value=value) for value in values], ignore_conflicts=True)


def save_search(*, user: User, text: str) -> bool:
    """Keep a search, which feeds the reader's digest from then on; tell whether there was room for it."""
    return _keep(user, Interest.Kind.SEARCH, search_of(text))


def forget_search(*, user: User, text: str) -> None:
    """Let a saved search go; one that is not there is gone already."""
    _let_go(user, Interest.Kind.SEARCH, search_of(text))


def follow_category(*, user: User, code: str) -> bool:
    """Follow a category of the catalogue, which is to be interested in it; tell whether there was room for it."""
    return _keep(user, Interest.Kind.CATEGORY, code)


def unfollow_category(*, user: User, code: str) -> None:
    """Follow a category no longer."""
    _let_go(user, Interest.Kind.CATEGORY, code)


@transaction.atomic
def _keep(user: User, kind: str, value: str) -> bool:
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    mine = Interest.objects.filter(user=user, kind=kind)
    if not value or (mine.count() >= MOST and not mine.filter(value=value).exists()):
        return False
    mine.get_or_create(user=user, kind=kind, value=value)
    return True


def _let_go(user: User, kind: str, value: str) -> None:
    Interest.objects.filter(user=user, kind=kind, value=value).delete()


def interests_of(user: User) -> dict[str, list[str]]:
    """Return a reader's interests by kind, in the order of the alphabet."""
    found: dict[str, list[str]] = {kind: [] for kind in Interest.Kind.values}
    for kind, value in Interest.objects.filter(user=user).order_by("kind", "value").values_list("kind", "value"):
        found[kind].append(value)
    return found
