"""`manage.py import_papers FILE…`: papers from files of many formats, with progress and a report; mere ids are looked up for a reader."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from accounts.models import User
from papers.actions.ingest import IngestReport, ingest_papers
from papers.actions.submitting import submit_many
from papers.formats.ahead import read_ahead
from papers.formats.packed import unpacked
from papers.formats.reading import FORMATS, read
from papers.formats.rejection import Named, Rejection
from papers.record import PaperRecord

LONGEST_SOURCE = 200  # what the column holds
BATCH = 5_000  # papers in one transaction: larger ones are no faster, and others wait longer


class Command(BaseCommand):
    help = "Import papers from JSON Lines, BibTeX, RIS, CSL-JSON, Zotero RDF, Better BibTeX JSON or ids, told by what is in the file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--format", default="", choices=FORMATS, dest="form", help="do not look, read it so")
        parser.add_argument("--source", default="", help="what to note as the papers' source (default: the file's name)")

        parser.add_argument(
            "--reader", default="", metavar="HANDLE", help="in whose name papers are looked up of which only the id is given"
        )

    def handle(self, *args: Any, files: list[Path], source: str, form: str, reader: str, **options: Any) -> None:
        if missing := [str(path) for path in files if not (path.is_file() and os.access(path, os.R_OK))]:
            raise CommandError("There is no file that can be read at " + ", ".join(missing) + ".")
        if len(source) > LONGEST_SOURCE:
            raise CommandError(f"--source is {len(source)} characters long; {LONGEST_SOURCE} are allowed.")
        user = User.objects.filter(namespace__name=reader).first()
        if reader and user is None:
            raise CommandError(f"Nobody here is called {reader}.")
        report, rejected = IngestReport(), 0
        for path in files:
            one = _FileImport(path, source or path.name[:LONGEST_SOURCE], form, user)
            report += one.run()
            rejected += one.rejected
            if user and one.named:
                self.stdout.write(f"{submit_many(user=user, identifiers=one.named)} ids of {path.name} are looked up in the background")
        self.stdout.write(f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {rejected} rejected")
        if rejected:
            raise CommandError("The rejected entries are named above; everything else is in.", returncode=1)


class _FileImport:
    """One file on its way in: counts bytes for the bar and tells of each rejected entry."""

    def __init__(self, path: Path, source: str, form: str, reader: User | None) -> None:
        self.path, self.source, self.form, self.reader = path, source, form, reader
        self.rejected, self.named = 0, list[str]()
        self.console = Console(stderr=True)
        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
        self.progress = Progress(*columns, console=self.console)

    def run(self) -> IngestReport:
        with self.progress, self.path.open("rb") as file:
            self.task = self.progress.add_task(self.path.name, total=self.path.stat().st_size)
            return ingest_papers(records=read_ahead(self._records(self._lines(file)), BATCH), source=self.source, batch_size=BATCH)

    def _lines(self, file: BinaryIO) -> Iterator[bytes]:
        """Read a file that may be packed; the bar shows how far we are in what lies on the disk."""
        for number, line in enumerate(unpacked(file)):
            yield line
            if number % 100 == 0:
                self.progress.update(self.task, completed=file.tell())
        self.progress.update(self.task, completed=self.path.stat().st_size)

    def _records(self, lines: Iterator[bytes]) -> Iterator[PaperRecord]:
        for found in read(lines, self.form):
            if isinstance(found, PaperRecord):
                yield found
            elif isinstance(found, Named) and self.reader:
                self.named.append(found.identifier)
            else:
                self._reject(
                    found if isinstance(found, Rejection) else Rejection(found.place, "id", "say with --reader who wants it looked up")
                )

    def _reject(self, rejection: Rejection) -> None:
        self.rejected += 1
        self.console.print(f"{self.path}, {rejection}", markup=False, highlight=False, soft_wrap=True)
