"""Writing the note beside a paper in a list, so that nobody writes over what they have not seen."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from papers.actions.commenting import tidied
from papers.actions.list_lock import announce_change, lock_list, record
from papers.markup import plain
from papers.models import ListItem, ReadingList


class NoteChanged(Exception):
    """A note that was written from another text than the present one; `item` is as it stands."""

    def __init__(self, item: ListItem) -> None:
        super().__init__(f"the note on {item} is at version {item.note_version}")
        self.item = item


@transaction.atomic
def write_note(*, item: ListItem, note: str, user: User | None = None, version: int | None = None) -> ListItem:
    """Replace the note beside a paper in a list, in Markdown with LaTeX.

    Args:
        version: of the note that the new one was made from; None where none was seen, which is
            true only as long as there is none.

    Raises:
        NoteChanged: the note has changed since that version, and not to this very text.
        Http404: the paper was taken out meanwhile.
    """
    if item.reading_list is None:
        raise Http404
    reading_list = lock_list(item.reading_list)  # before the item, as everywhere
    rows = ListItem.objects.select_for_update(of=("self",)).select_related("paper", "note_by__namespace")
    found = get_object_or_404(rows, pk=item.pk, reading_list=reading_list)
    note = tidied(note)
    if note != found.note:
        if (found.note or version is not None) and version != found.note_version:
            raise NoteChanged(found)
        _put(found, note, user)
        ReadingList.objects.filter(pk=reading_list.pk).update(updated_at=timezone.now())
        record("note.written", reading_list, user, paper=plain(found.paper.title))
        announce_change(reading_list, user, "note_written", [found.paper_id])
    item.note, item.note_version, item.note_by, item.note_at = found.note, found.note_version, found.note_by, found.note_at
    return item


def join_notes(items: QuerySet[ListItem], theirs: QuerySet[ListItem, Any]) -> None:
    """Write below the notes of some items those of their twins; each changed note is a new version.

    Args:
        items: those whose twin has a note.
        theirs: the note of an item's twin, as a query on the outer item.
    """
    version = F("note_version") + 1
    joined = Concat(F("note"), Value("\n\n"), Subquery(theirs), output_field=TextField())
    items.exclude(note="").update(note=joined, note_version=version)
    items.filter(note="").update(note=Subquery(theirs), note_version=version)


def _put(item: ListItem, note: str, user: User | None) -> None:
    item.note, item.note_version, item.note_by, item.note_at = note, item.note_version + 1, user, timezone.now()
    item.save(update_fields=["note", "note_version", "note_by", "note_at"])
