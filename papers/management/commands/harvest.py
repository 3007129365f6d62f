"""`manage.py harvest`: walk the sources that are due, or some at once, with what they bring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from papers.actions.harvesting import ask_for_harvest, run_harvests
from papers.models import Harvest, Source


class Command(BaseCommand):
    help = "Harvest the sources that are due; name some to harvest them now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="SOURCE")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        found = list(Source.objects.filter(name__in=names))
        if unknown := sorted(set(names) - {source.name for source in found}):
            known = ", ".join(Source.objects.values_list("name", flat=True)) or "none yet; add them in the admin site"
            raise CommandError(f"There is no source {', '.join(unknown)}. There are: {known}.")
        for source in found:
            ask_for_harvest(source=source)
        columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("Asking …")
            run_harvests(on_page=lambda run: progress.update(task, description=_line(run)))
        for run in Harvest.objects.last_of_each().select_related("source"):
            self.stdout.write(_line(run))


def _line(run: Harvest) -> str:
    counts = f"{run.added} added, {run.updated} updated, {run.unchanged} unchanged, {run.rejected} refused"
    return f"{run.source.name}: {run.get_state_display()}, {counts}" + (f" ({run.problem})" if run.problem else "")
