"""The list that a reader's file goes into: whether it may, made if it is new, and filled batch by batch."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.models import User
from papers.actions.filling import Placing, await_papers, fill_list
from papers.actions.ingest import papers_of
from papers.actions.lists import create_list
from papers.formats.rejection import Entry, Named, Rejection
from papers.models import PaperImport, ReadingList, WaitingItem
from papers.record import PaperRecord


def check_list(*, user: User, into: ReadingList | None) -> None:
    if into and not ReadingList.objects.editable_by(user).filter(pk=into.pk).exists():
        raise PermissionDenied(_("You may not change this list."))


def make_list(*, found: PaperImport) -> None:
    """Make the list that the reader wants, now that the file is wanted, too."""
    if found.new_list and not found.reading_list:
        found.reading_list = create_list(owner=found.user.namespace, title=found.new_list, user=found.user)


def put_into_list(*, found: PaperImport, reading_list: ReadingList, batch: Sequence[Entry]) -> list[Rejection]:
    """Put the papers of a batch into a list, in the file's order; those that are looked up first follow when they are here.

    Returns:
        What of it the list does not take: notes where there is another one.
    """
    here = papers_of(batch)
    entries = [each for each in batch if not isinstance(each, Rejection)]
    placings = [
        Placing(paper=here[id(each)], note=each.note, tags=each.tags, cite_key=getattr(each, "cite_key", ""))
        for each in entries
        if id(each) in here
    ]
    added, others = fill_list(reading_list=reading_list, user=found.user, placings=placings)
    found.listed_count += added
    waiting = (each for each in entries if isinstance(each, Named) and id(each) not in here)
    await_papers(
        WaitingItem(reading_list=reading_list, identifier=each.identifier, note=each.note, tags=list(each.tags), added_by=found.user)
        for each in waiting
    )
    places = {here[id(each)]: each for each in entries if id(each) in here}
    return [Rejection(_place_of(places[paper]), "note", _("the list has another note on it, which stays")) for paper in others]


def _place_of(entry: PaperRecord | Named) -> str:
    return entry.place if isinstance(entry, Named) else f"“{entry.title[:150]}”"


def tell_team(*, found: PaperImport) -> None:
    """One event for a whole file, so that a team's activity stays readable."""
    reading_list = found.reading_list
    if reading_list and found.listed_count and (team := reading_list.owner.team):
        path = reading_list.get_absolute_url()
        record_event(kind="list.filled", actor=found.user, team=team, path=path, list=reading_list.title, n=found.listed_count)
