"""A long list as a file of every form, beside a short one: seconds, queries, memory. And a large broken file into a list."""

import resource
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rich.table import Table

from accounts.models import User
from benchmarks.papers import made_up_records
from papers.actions.filling import Placing, fill_list
from papers.actions.importing import run_imports, start_import
from papers.actions.ingest import ingest_papers
from papers.actions.lists import create_list
from papers.downloads import MOST_FORMATTED
from papers.formats.reading import read
from papers.formats.rejection import Rejection
from papers.formats.writing import FORMS
from papers.models import Paper, PaperImport, ReadingList, Visibility

SHORT = 100
STEP = 500
MB = 2**20


def measure(*, small: bool) -> Table:
    """Each form of both lists once with a clock and once with memory watched; then an import, half of whose entries are broken."""
    long, size = (1_000, 2 * MB) if small else (10_000, 95 * MB)
    reader = User.objects.create_user("reader@lab.example", handle="reader")
    ingest_papers(records=made_up_records(long), source="benchmark")
    for length in (SHORT, long):
        _fill(reader, length)
    table = Table("what", f"{SHORT} papers", f"{long:,} papers", title="A list as a file: seconds, queries, most memory held by Python")
    for form in FORMS:
        cells = [
            _row(f"/lists/reader/list-of-{length}.{form}") if form != "txt" or length <= MOST_FORMATTED else "-" for length in (SHORT, long)
        ]
        table.add_row(form, *cells)
    table.add_row("who has it (304)", *[_unchanged(f"/lists/reader/list-of-{length}.bib") for length in (SHORT, long)])
    table.add_row(f"reading {size // MB} MB of BibTeX, half broken", "", _reading(size))
    table.add_row("bringing it into a list", "", _importing(reader, size))
    return table


def _fill(reader: User, length: int) -> ReadingList:
    made = create_list(owner=reader.namespace, title=f"List of {length}", visibility=Visibility.PUBLIC)
    papers = list(Paper.objects.order_by("pk").values_list("pk", flat=True)[:length])
    for start in range(0, length, STEP):
        placings = [Placing(paper=paper, note=f"note on {paper}\n\nwith $x$ & more") for paper in papers[start : start + STEP]]
        fill_list(reading_list=made, user=reader, placings=placings)
    return made


def _row(address: str) -> str:
    _take(address)  # the first export gives the citation keys
    start = time.perf_counter()
    size = _take(address)
    seconds = time.perf_counter() - start
    with CaptureQueriesContext(connection) as captured:
        peak = _peak_of(lambda: _take(address))
    return f"{seconds:.2f} s, {len(captured)} queries, {peak / 1e6:.1f} MB, file {size / 1e6:.1f} MB"


def _take(address: str) -> int:
    return sum(map(len, _answer(address)))


def _answer(address: str, **headers: str) -> HttpResponseBase:
    answer = Client(SERVER_NAME="localhost").get(address, headers=headers)
    if answer.status_code not in {200, 304}:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    return answer


def _unchanged(address: str) -> str:
    etag = _answer(address)["ETag"]
    start = time.perf_counter()
    _answer(address, **{"If-None-Match": etag})
    return f"{(time.perf_counter() - start) * 1_000:.0f} ms"


def _file(size: int) -> Iterator[bytes]:
    """Entries, of which every other one is broken in one of three ways; each entry is one line here."""
    broken = ("@article{{b{n}, title = {{No end\n", "@article{{b{n}, year = {n}}}\n", "@article{{b{n}, title = }}\n")
    abstract, written = "We show this and that. " * 60, 0
    for number in range(10**9):
        good = f"@article{{k{number}, title = {{Paper {number} of a library}}, author = {{Doe, J. and Roe, R.}}, year = 2001, "
        good += f"doi = {{10.5555/lib.{number}}}, annote = {{note {number}}}, abstract = {{{abstract}}}}}\n"
        for text in (good, broken[number % 3].format(n=number)):
            written += len(text)
            yield text.encode()
        if written > size:
            return


def _reading(size: int) -> str:
    start = time.perf_counter()
    found = sum(not isinstance(each, Rejection) for each in read(_file(size)))
    seconds = time.perf_counter() - start
    peak = _peak_of(lambda: sum(1 for _each in islice(read(_file(size)), 20_000)))
    return f"{seconds:.1f} s, {found:,} taken, {peak / 1e6:.1f} MB"


def _importing(reader: User, size: int) -> str:
    made = start_import(user=reader, name="library.bib", pieces=_file(size), is_wanted=True, new_list="Library")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    run_imports()
    seconds = time.perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    done = PaperImport.objects.get(pk=made.pk)
    counts = f"{done.listed_count:,} in the list, {done.rejected_count:,} not understood, {done.state}"
    return f"{seconds:.0f} s, {counts}, the process grew by {grown / 1024:.0f} MB"


def _peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
