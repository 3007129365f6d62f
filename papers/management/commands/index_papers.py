"""`manage.py index_papers`: make new and changed papers findable now, or all of them again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from papers.actions.indexing import index_all_again, index_papers
from papers.models import PaperToIndex


class Command(BaseCommand):
    help = "Index papers for search: those that wait, or with --again all of them, as after a change of EMBEDDING_MODEL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="index every paper anew")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        waiting = index_all_again() if again else PaperToIndex.objects.count()
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("papers", total=waiting)
            done = index_papers(on_batch=lambda batch: progress.advance(task, batch))
        self.stdout.write(f"{done} papers indexed")
