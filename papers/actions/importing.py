"""Files that readers bring: stored, looked at, brought in on their word. What was told wrongly cannot change a paper that is here.

Entries are handled in batches; a batch's papers, its counts and the position behind it are one
transaction under a lease, so an import that is killed goes on where it was.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.hints import hint
from accounts.models import User
from papers.actions.import_lists import check_list, make_list, put_into_list, tell_team
from papers.actions.import_parts import lines_of, parts_of
from papers.actions.ingest import ingest_new_papers, unknown_among
from papers.actions.submitting import submit_many
from papers.formats.reading import read
from papers.formats.rejection import Entry, Named, Rejection
from papers.models import ImportPart, ImportRejection, Paper, PaperImport, ReadingList
from papers.record import PaperRecord

BATCH = 500  # entries in one transaction
MOST_BYTES = 100 * 2**20
MOST_OPEN, MOST_A_DAY = 5, 50  # files of one reader
MOST_LOOKED_UP = 2_000  # papers of one file whose title or abstract has to be asked for elsewhere
MOST_NAMED_REJECTIONS = 10_000
MOST_SHOWN = 20
LEASE = timedelta(minutes=30)  # well above the time that the largest file takes to be read
UNDECIDED, KEPT = timedelta(days=7), timedelta(days=90)
State = PaperImport.State
Handle = Callable[[PaperImport, Sequence[Entry]], None]
log = logging.getLogger(__name__)


class TooManyFiles(Refused):
    """One reader has as much under way as we take."""


class TooLarge(Refused):
    def __init__(self) -> None:
        super().__init__(
            _("The file is larger than %(n)d MB. Split it, or ask whoever runs this site to import it.") % {"n": MOST_BYTES // 2**20}
        )


class LeaseLost(Exception):
    """Somebody else is at this import by now, or its reader took it back."""


@transaction.atomic
def start_import(
    *,
    user: User,
    name: str,
    pieces: Iterable[bytes],
    form: str = "",
    is_wanted: bool = False,
    into: ReadingList | None = None,
    new_list: str = "",
) -> PaperImport:
    """Store a file and have it looked at.

    Args:
        pieces: of the file, in any lengths.
        form: one of papers.formats.reading.FORMATS; "" to tell it by what is in the file.
        is_wanted: bring it in at once, without waiting for the reader's word.
        into: also put its papers into this list, with their notes and tags.
        new_list: or into one that is made under this title once the file is wanted.

    Raises:
        TooManyFiles, TooLarge: with a text for the reader.
        PermissionDenied: the list is not the reader's to change.
    """
    _check_room(user)
    check_list(user=user, into=into)
    made = PaperImport.objects.create(
        user=user, name=name[:200], form=form, is_wanted=is_wanted, reading_list=into, new_list="" if into else new_list[:120]
    )
    for number, content in enumerate(parts_of(pieces)):
        ImportPart.objects.create(paper_import=made, number=number, content=content)
        made.size += len(content)
        if made.size > MOST_BYTES:
            raise TooLarge
    made.save(update_fields=["size"])
    hint("papers.import_files")
    return made


@transaction.atomic
def bring_in(*, paper_import: PaperImport, into: ReadingList | None = None, new_list: str = "") -> None:
    """Have a file brought in that its reader has looked at; said twice, it means the same.

    Args:
        into, new_list: as for start_import(); without them what was said there holds.

    Raises:
        PermissionDenied: the list is not the reader's to change.
    """
    found = PaperImport.objects.select_for_update(of=("self",)).filter(pk=paper_import.pk, state=State.READY).first()
    if found is None:
        return
    check_list(user=found.user, into=into)
    if into or new_list:
        found.reading_list, found.new_list = into, "" if into else new_list[:120]
    make_list(found=found)
    found.state, found.position, found.is_wanted = State.WANTED, 0, True
    found.save()
    hint("papers.import_files")


def drop_import(*, paper_import: PaperImport) -> None:
    """Forget a file and what was said of it; papers that are in stay."""
    PaperImport.objects.filter(pk=paper_import.pk).delete()


def run_imports() -> int:
    """Go on with every import that something is to be done with; return how many steps came to an end."""
    ended = 0
    while (found := _claim()) is not None:
        ended += _run(found)
    return ended


def forget_old_imports() -> int:
    """Drop files that nobody decided on, and reports that are old; return how many."""
    now = timezone.now()
    old = PaperImport.objects.filter(ended_at__lt=now - KEPT)
    return (old | PaperImport.objects.filter(state=State.READY, created_at__lt=now - UNDECIDED)).delete()[0]


def _check_room(user: User) -> None:
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # two uploads at once
    lately = PaperImport.objects.filter(user=user, created_at__gt=timezone.now() - timedelta(days=1))
    if PaperImport.objects.filter(user=user).open().count() >= MOST_OPEN:
        raise TooManyFiles(_("%(n)d of your files are waiting. Bring them in or drop them first.") % {"n": MOST_OPEN})
    if lately.count() >= MOST_A_DAY:
        raise TooManyFiles(_("You brought %(n)d files within a day. Go on tomorrow.") % {"n": MOST_A_DAY})


@transaction.atomic
def _claim() -> PaperImport | None:
    found = (
        PaperImport.objects.due()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user__namespace", "reading_list__owner__team")
        .first()
    )
    if found:
        _renew(found)
    return found


def _run(found: PaperImport) -> bool:
    handle = _look if found.state == State.NEW else _take
    try:
        check_list(user=found.user, into=found.reading_list)
        with override(found.user.language):
            entries = islice(read(lines_of(found), found.form), found.position, None)
            while batch := list(islice(entries, BATCH)):
                _step(found, batch, handle)
            _finish(found)
    except LeaseLost:
        return False
    except PermissionDenied as refused:
        _give_up(found, str(refused))
    except Exception as problem:  # one odd file must not keep the others waiting
        log.exception("Import %s failed", found.pk)
        _give_up(found, f"{type(problem).__name__}: {problem}")
    return True


@transaction.atomic
def _step(found: PaperImport, batch: Sequence[Entry], handle: Handle) -> None:
    _hold(found)
    handle(found, batch)
    found.position += len(batch)
    _renew(found)


def _look(found: PaperImport, batch: Sequence[Entry]) -> None:
    """Count what is new and what is here, show the first, and write down every entry that is not understood."""
    records = [each for each in batch if isinstance(each, PaperRecord)]
    new = unknown_among(records)
    rejections = [each for each in batch if isinstance(each, Rejection)]
    found.new_count += len(new)
    found.known_count += len(records) - len(new)
    names = [each.identifier for each in batch if isinstance(each, Named)]
    unknown = _unknown_names(names)
    found.known_count += len(names) - len(unknown)
    found.named_count += len(unknown)
    found.noted_count += sum(bool(each.note) for each in batch if not isinstance(each, Rejection))
    found.tagged_count += sum(bool(each.tags) for each in batch if not isinstance(each, Rejection))
    _reject(found, rejections)
    fresh = set(map(id, new))
    shown = [[each.title[:300], each.arxiv_id or each.doi, id(each) not in fresh] for each in records]
    found.shown = [*found.shown, *shown][:MOST_SHOWN]


def _reject(found: PaperImport, rejections: Sequence[Rejection]) -> None:
    room = max(MOST_NAMED_REJECTIONS - found.rejected_count, 0)
    found.rejected_count += len(rejections)
    ImportRejection.objects.bulk_create(
        ImportRejection(paper_import=found, place=each.place[:200], reason=f"{each.field}: {each.problem}"[:500])
        for each in rejections[:room]
    )


def _take(found: PaperImport, batch: Sequence[Entry]) -> None:
    """Add the papers that are not here; ids, and papers that came without an abstract, are looked up."""
    records = [each for each in batch if isinstance(each, PaperRecord)]
    new = ingest_new_papers(records=records, source="import")
    found.added_count += len(new)
    wanted = _unknown_names(each.identifier for each in batch if isinstance(each, Named))
    wanted += [record.arxiv_id or record.doi for record in new if not record.abstract and (record.arxiv_id or record.doi)]
    found.asked_count += submit_many(user=found.user, identifiers=wanted[: max(MOST_LOOKED_UP - found.asked_count, 0)])
    if found.reading_list:
        _reject(found, put_into_list(found=found, reading_list=found.reading_list, batch=batch))


def _unknown_names(names: Iterable[str]) -> list[str]:
    wanted = dict.fromkeys(names)
    here = Paper.objects.named_by(wanted).values_list("arxiv_id", "doi")
    return list(wanted.keys() - {name for both in here for name in both})


def _finish(found: PaperImport) -> None:
    """What was looked at waits for its reader's word or goes on; what is in needs its file no longer."""
    with transaction.atomic():
        _hold(found)
        if found.state == State.NEW:
            found.state, found.position = (State.WANTED if found.is_wanted else State.READY), 0
            if found.is_wanted:
                make_list(found=found)
        else:
            found.state, found.ended_at = State.DONE, timezone.now()
            found.parts.all().delete()
            _tell("import.done", found, added=found.added_count, rejected=found.rejected_count)
            tell_team(found=found)
        found.leased_until = None
        found.save(force_update=True)


@transaction.atomic
def _give_up(found: PaperImport, problem: str) -> None:
    with suppress(LeaseLost):
        _hold(found)
        _end_badly(found, problem)


def _end_badly(found: PaperImport, problem: str) -> None:
    found.state, found.problem, found.ended_at, found.leased_until = State.FAILED, problem[:500], timezone.now(), None
    found.save(force_update=True)
    found.parts.all().delete()
    _tell("import.failed", found)


def _tell(kind: str, found: PaperImport, **facts: Any) -> None:
    record_event(kind=kind, person=found.user, tell=[found.user], path=reverse("papers:import", args=[found.pk]), name=found.name, **facts)


def _hold(found: PaperImport) -> None:
    """Lock the import's row, if the lease on it is still the one we took."""
    present = PaperImport.objects.select_for_update().filter(pk=found.pk).first()
    if present is None or present.leased_until != found.leased_until:
        raise LeaseLost


def _renew(found: PaperImport) -> None:
    found.leased_until = timezone.now() + LEASE
    found.save(force_update=True)
