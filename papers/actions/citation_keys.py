"""Giving the papers of a list their citation keys: once, and for good."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Namespace, User
from papers.formats.citation_keys import USUAL, citation_key, free_key, problem_with
from papers.models import CitationKey, CitationPattern, ListItem, ReadingList
from papers.streams import nameless_records

BATCH = 1_000


def pattern_of(owner: Namespace) -> str:
    """Return the pattern of a person's or a team's new keys."""
    return CitationPattern.objects.filter(owner=owner).values_list("pattern", flat=True).first() or USUAL


def set_pattern(*, owner: Namespace, user: User, pattern: str) -> None:
    """Have new keys made by another pattern; keys that were given stay.

    Raises:
        PermissionDenied: the name is not this person's to decide for.
        ValidationError: the pattern gives no keys.
    """
    if not Namespace.objects.managed_by(user).filter(pk=owner.pk).exists():
        raise PermissionDenied(_("How citation keys look is for the team's owners and maintainers to say."))
    if problem := problem_with(pattern):
        raise ValidationError({"pattern": problem})
    CitationPattern.objects.update_or_create(owner=owner, defaults={"pattern": pattern})


def give_keys(*, reading_list: ReadingList) -> int:
    """Give a key to each paper of a list that has none there; return how many got one. Cheap where all have theirs."""
    named = CitationKey.objects.filter(reading_list=OuterRef("reading_list"), paper=OuterRef("paper"))
    if not ListItem.objects.filter(~Exists(named), reading_list=reading_list).exists():
        return 0
    with transaction.atomic():
        if not ReadingList.objects.select_for_update().filter(pk=reading_list.pk).exists():  # two who ask at once
            return 0
        return _give(reading_list)


@transaction.atomic
def renew_keys(*, reading_list: ReadingList) -> int:
    """Forget all keys of a list and make them by the present pattern. Documents that cite by the old ones must change."""
    ReadingList.objects.select_for_update().get(pk=reading_list.pk)
    CitationKey.objects.filter(reading_list=reading_list).delete()
    ReadingList.objects.filter(pk=reading_list.pk).update(updated_at=timezone.now())
    return _give(reading_list)


def _give(reading_list: ReadingList) -> int:
    made = 0
    held: list[CitationKey] = []
    for key in _new_keys(reading_list):
        held.append(key)
        if len(held) == BATCH:
            made += len(CitationKey.objects.bulk_create(held))
            held = []
    return made + len(CitationKey.objects.bulk_create(held))


def _new_keys(reading_list: ReadingList) -> Iterator[CitationKey]:
    pattern = pattern_of(reading_list.owner)
    taken = set(reading_list.citation_keys.values_list(Lower("key"), flat=True))
    for paper, record in nameless_records(reading_list):
        key = free_key(citation_key(record, pattern), taken)
        taken.add(key.lower())
        yield CitationKey(reading_list=reading_list, paper_id=paper, key=key)
