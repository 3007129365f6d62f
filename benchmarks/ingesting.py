"""How fast a snapshot comes in beside a bare COPY of the same rows, how fast changes do, and how long the pages of a full catalogue take.

PAPERS says how many made-up papers there are (100,000).
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from rich.table import Table

from accounts.keyset import keyset_page
from benchmarks.papers import made_up_records
from papers.actions.ingest import ingest_papers
from papers.formats.ahead import read_ahead
from papers.formats.reading import read
from papers.formats.rejection import Rejection
from papers.management.commands.import_papers import BATCH
from papers.models import Paper
from papers.models.paper import ORDERS
from papers.record import PaperRecord

CHANGED = 5_000
# In the order in which rows may point to one another.
TABLES = ("author", "category", "paper", "paperstats", "authorship", "papercategory", "version")
PIECE = 2**20  # bytes


def measure(*, small: bool) -> Table:
    """Time imports and the first and a far page of each order; medians of 20 for pages."""
    count = 2_000 if small else int(os.environ.get("PAPERS", "100000"))
    table = Table("what", "figure", title=f"A catalogue of {count:,} papers")
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "snapshot.jsonl"
        _write_snapshot(snapshot, count)
        memory: list[float] = []
        ours = _seconds(lambda: _import(snapshot, count, memory))
        table.add_row("import of a snapshot into an empty catalogue", f"{count / ours:,.0f} papers/s")
        table.add_row("memory after a tenth, and at the end", f"{memory[0]:,.0f} MB, {memory[-1]:,.0f} MB")
        bare = _bare_copy(Path(folder))
        table.add_row("bare COPY of the same rows", f"{count / bare:,.0f} papers/s")
        table.add_row("the import's speed, of the bare COPY's", f"{bare / ours:.0%} (wanted: 50 %)")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    changes = min(CHANGED, count // 2)
    table.add_row(
        f"{changes:,} papers more: half new, a quarter changed", f"{changes / _seconds(lambda: _change(count, changes)):,.0f} papers/s"
    )
    again = min(count, 100_000)
    table.add_row("import again, all unchanged", f"{again / _seconds(lambda: _again(again)):,.0f} papers/s")
    for name, order in ORDERS.items():
        far = _far_cursor(order, count)
        table.add_row(f"{name}, first page of cards, median and p95", _times(lambda order=order: _page(order, "")))
        table.add_row(f"{name}, a page in the middle", _times(lambda order=order, far=far: _page(order, far)))
    return table


def _write_snapshot(path: Path, count: int) -> None:
    """Write made-up papers as arXiv's snapshot has them."""
    with path.open("w") as file:
        for record in made_up_records(count):
            file.write(json.dumps(_as_arxiv_says(record)) + "\n")


def _as_arxiv_says(record: PaperRecord) -> dict[str, object]:
    names = [name.rsplit(" ", 1) for name in record.authors]
    day = record.published.strftime("%a, %d %b %Y 12:00:00 GMT") if record.published else ""
    return {
        "id": record.arxiv_id,
        "submitter": record.authors[0],
        "authors": ", ".join(record.authors),
        "title": record.title,
        "comments": None,
        "journal-ref": None,
        "doi": record.doi or None,
        "report-no": None,
        "categories": " ".join(record.categories),
        "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "abstract": f"  {record.abstract}\n",
        "versions": [{"version": "v1", "created": day}],
        "update_date": record.published.isoformat() if record.published else "",
        "authors_parsed": [[name[-1], " ".join(name[:-1]), ""] for name in names],
    }


def _import(snapshot: Path, count: int, memory: list[float]) -> None:
    with snapshot.open("rb") as file:
        records = read_ahead(_watched(read(file), count, memory), BATCH)
        ingest_papers(records=records, source="snapshot", batch_size=BATCH)
    memory.append(_megabytes())


def _watched(found: Iterator[object], count: int, memory: list[float]) -> Iterator[PaperRecord]:
    for number, record in enumerate(found, start=1):
        if not isinstance(record, PaperRecord):
            raise AssertionError(f"{record}" if isinstance(record, Rejection) else "a record was expected")
        if number == count // 10:
            memory.append(_megabytes())
        yield record


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


def _bare_copy(folder: Path) -> float:
    """Take all rows out, empty the tables, and time how long COPY alone takes to bring them back; indexes are as they are."""
    with connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as file, cursor.copy(f"COPY papers_{table} TO STDOUT") as rows:
                for piece in rows:
                    file.write(piece)
        cursor.execute(f"TRUNCATE papers_papertoindex, {', '.join(f'papers_{table}' for table in TABLES)} CASCADE")
    return _seconds(lambda: [_copy_back(folder / table) for table in TABLES])


def _copy_back(path: Path) -> None:
    with connection.cursor() as cursor, path.open("rb") as file, cursor.copy(f"COPY papers_{path.name} FROM STDIN") as rows:
        while piece := file.read(PIECE):
            rows.write(piece)


def _change(count: int, changes: int) -> None:
    """Half of the papers are new, a quarter has another abstract, a quarter is as it was."""
    new = made_up_records(changes // 2, start=count)
    changed = (replace(record, abstract=record.abstract + " More.") for record in made_up_records(changes // 4))
    same = made_up_records(changes // 4, start=changes // 4)
    for records in (new, changed, same):
        ingest_papers(records=records, source="snapshot")


def _again(count: int) -> None:
    ingest_papers(records=made_up_records(count), source="benchmark", batch_size=BATCH)


def _page(order: tuple[str, ...], cursor: str) -> str:
    return keyset_page(Paper.objects.for_cards(AnonymousUser()), order, cursor, 25).next_cursor


def _far_cursor(order: tuple[str, ...], count: int) -> str:
    """The cursor of a page about half-way down."""
    return keyset_page(Paper.objects.select_related("stats"), order, "", count // 2).next_cursor


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _times(work: Callable[[], object]) -> str:
    times = sorted(_seconds(work) * 1_000 for _ in range(40))
    return f"{times[20]:.1f} ms, {times[37]:.1f} ms"
