"""Somebody's data as one ZIP: asked for on the web, made by a worker, taken once.

A worker holds the lock of the row it makes. If it dies, the lock goes, the row still waits, and
whoever comes next makes the export again; a file counts only once its row says that it is ready.
"""

import io
import logging
import os
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.hints import hint
from accounts.models import DataExport, User
from accounts.parts import parts

KEPT = timedelta(days=7)
MOST_A_DAY = 5  # each is work for a minute at worst; a button must not be able to keep workers busy
LONGEST_REASON = 300  # characters
State = DataExport.State
log = logging.getLogger(__name__)
_signer = signing.TimestampSigner(salt="accounts.export")


class AskedTooOften(Refused):
    def __init__(self) -> None:
        super().__init__(_("You have asked for your data %(n)d times within a day. Try again tomorrow.") % {"n": MOST_A_DAY})


def ask_for_export(*, user: User) -> DataExport:
    """Ask for the person's data; while one export is waiting, that one is meant. Earlier ones that nobody took expire.

    Raises:
        AskedTooOften: after five exports within a day.
    """
    lately = user.exports.filter(asked_at__gt=Now() - timedelta(days=1))
    if lately.count() >= MOST_A_DAY and not lately.waiting().exists():
        raise AskedTooOften
    with suppress(IntegrityError), transaction.atomic():
        DataExport.objects.create(user=user)
        _expire(DataExport.objects.filter(user=user, state=State.READY))
    hint("accounts.export")
    return user.exports.waiting().first() or user.exports.latest("pk")


def make_exports() -> int:
    """Make every export that waits and that no other worker is at; return how many came to an end."""
    tried: list[int] = []
    while (pk := _make_next(tried)) is not None:
        tried.append(pk)
    return len(tried)


def take_export(*, export: DataExport) -> BinaryIO | None:
    """Open a ready export for its one reading; its name is gone from the disk by then. None for whoever comes second."""
    ready = DataExport.objects.filter(pk=export.pk, state=State.READY, ready_at__gt=Now() - KEPT)
    if not ready.update(state=State.TAKEN, taken_at=Now()):
        return None
    path = export_path(export)
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        reason = _("its file is not on this machine")
        DataExport.objects.filter(pk=export.pk).update(state=State.FAILED, reason=reason, taken_at=None)
        return None
    path.unlink(missing_ok=True)
    return opened


def expire_exports() -> int:
    """End exports that nobody took within seven days, and delete files that no row knows; return how many exports ended."""
    count = _expire(DataExport.objects.filter(state=State.READY, ready_at__lte=Now() - KEPT))
    oldest = (timezone.now() - KEPT - timedelta(days=1)).timestamp()
    for path in _folder().iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
    return count


def export_token(export: DataExport) -> str:
    """Return what a download's address holds beside the session that it needs."""
    return _signer.sign(str(export.pk))


def read_export_token(token: str) -> int | None:
    """Return the export that a token of ours names, or None for any other text and after seven days."""
    try:
        return int(_signer.unsign(token, max_age=KEPT))
    except signing.BadSignature:
        return None


def export_path(export: DataExport) -> Path:
    return _folder() / f"{export.pk}.zip"


def write_zip(*, user: User, to: BinaryIO) -> None:
    """Write all that is known about a person; no file of it is ever in memory as a whole."""
    lines = []
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for part in parts():
            for file in part.export(user):
                with archive.open(file.name, "w") as member, io.TextIOWrapper(member, "utf-8", newline="\n") as text:
                    text.writelines(file.pieces)
                lines.append(f"{file.name}: {file.about}\n")
        archive.writestr("README.txt", "".join([*_preface(user), *lines]))


def _make_next(tried: list[int]) -> int | None:
    """Make one export under the lock of its row."""
    with transaction.atomic():
        rows = DataExport.objects.waiting().exclude(pk__in=tried).select_related("user__namespace")
        export = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if export is None:
            return None
        try:
            with transaction.atomic(), translation.override(export.user.language):
                export.size = _make_file(export)
            export.state, export.ready_at = State.READY, timezone.now()
            record_event(kind="export.ready", person=export.user, tell=[export.user], path=reverse("accounts:data"))
        except Exception as problem:
            log.exception("Export %s failed", export.pk)
            export.state, export.reason = State.FAILED, f"{type(problem).__name__}: {problem}"[:LONGEST_REASON]
        export.save(update_fields=["state", "reason", "size", "ready_at"])
    return export.pk


def _make_file(export: DataExport) -> int:
    """Write the file under another name first, so that a name always means a whole file; return its size in bytes."""
    path = export_path(export)
    half = path.with_suffix(f".{os.getpid()}.part")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            write_zip(user=export.user, to=file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return path.stat().st_size


def _preface(user: User) -> Iterator[str]:
    yield _("What %(site)s knows about %(handle)s, as of %(day)s.") % {
        "site": settings.SITE_NAME,
        "handle": user.handle,
        "day": f"{timezone.now():%Y-%m-%d %H:%M} UTC",
    }
    yield "\n" + _("JSON files are arrays with one row a line, times are in UTC; .bib files are BibTeX. All are UTF-8.") + "\n\n"


def _expire(exports: QuerySet[DataExport]) -> int:
    keys = list(exports.values_list("pk", flat=True))
    ended = [pk for pk in keys if DataExport.objects.filter(pk=pk, state=State.READY).update(state=State.EXPIRED)]
    for pk in ended:
        export_path(DataExport(pk=pk)).unlink(missing_ok=True)
    return len(ended)


def _folder() -> Path:
    settings.EXPORTS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(settings.EXPORTS_DIR)
