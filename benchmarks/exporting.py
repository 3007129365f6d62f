"""How long the export of a busy reader takes, how large it is and how much memory it needs, and how long it takes to let the reader go."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rich.table import Table

from accounts.actions.deleting import ask_for_deletion, erase_due_people
from accounts.actions.exporting import ask_for_export, export_path, make_exports
from accounts.models import DataExport, User
from benchmarks.papers import made_up_records
from papers.actions.ingest import ingest_papers
from papers.actions.lists import create_list
from papers.actions.voting import cast_vote
from papers.models import ListItem, Paper, PaperStats

PER_LIST = 25


def measure(*, small: bool) -> Table:
    """Export one reader, best of three; then once more with memory watched; then delete the account once."""
    votes, lists = (300, 20) if small else (5_000, 200)
    reader = _fill(votes, lists)
    table = Table("what", "figure", title=f"A reader with {votes:,} upvotes and {lists} lists of {PER_LIST} papers")
    table.add_row("export, best of three", f"{min(_seconds(lambda: _export(reader)) for _ in range(3)):.1f} s")
    table.add_row("size of the ZIP", f"{export_path(DataExport.objects.latest('pk')).stat().st_size / 1e6:.1f} MB")
    with CaptureQueriesContext(connection) as captured:
        peak = _peak_of(lambda: _export(reader))
    table.add_row("queries", str(len(captured)))
    table.add_row("most memory held by Python meanwhile", f"{peak / 1e6:.1f} MB")
    ask_for_deletion(user=reader)
    User.objects.update(deletion_due_at=timezone.now() - timedelta(minutes=1))
    table.add_row("deleting the account", f"{_seconds(erase_due_people):.1f} s")
    wrong = PaperStats.objects.exclude(vote_count=0, save_count=0).count()
    table.add_row("wrong counts afterwards", str(wrong))
    return table


def _fill(votes: int, lists: int) -> User:
    ingest_papers(records=made_up_records(votes), source="benchmark")
    reader = User.objects.create_user("reader@lab.example", handle="reader")
    papers = list(Paper.objects.order_by("pk"))
    for paper in papers:
        cast_vote(user=reader, paper=paper)
    for number in range(lists):
        reading_list = create_list(owner=reader.namespace, title=f"List {number}")
        chosen = [papers[(number * PER_LIST + place) % votes] for place in range(PER_LIST)]
        ListItem.objects.bulk_create(
            ListItem(reading_list=reading_list, paper=paper, position=place * ListItem.GAP, note=f"note {place}", added_by=reader)
            for place, paper in enumerate(chosen)
        )
    _count_saves()
    return reader


def _count_saves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE papers_paperstats s SET save_count = (SELECT count(*) FROM papers_listitem i WHERE i.paper_id = s.paper_id)")
        cursor.execute("ANALYZE")


def _export(reader: User) -> None:
    """All that the worker does; the bound on how often a reader may ask is not what is measured."""
    DataExport.objects.all().delete()
    ask_for_export(user=reader)
    make_exports()


def _peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
