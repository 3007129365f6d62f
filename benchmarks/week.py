"""A Monday morning: planning, composing and queueing the digests of READERS readers (100,000), by as many processes as there are cores."""

import os
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import numpy as np
from django.db import connection
from django.db.models import F
from django.utils import timezone
from rich.table import Table

from benchmarks.papers import made_up_records
from benchmarks.readers import make_readers, save_papers
from digests import actions
from digests.models import Delivery, Digest, Subscription
from papers.actions.ingest import ingest_papers
from papers.models import Paper

SAVED, NEW_SHARE, PROCESSES = 10, 0.3, 2


def measure(*, small: bool) -> Table:
    readers, papers = (200, 500) if small else (int(os.environ.get("READERS", "100000")), 10_000)
    _fill(readers, papers)
    table = Table("step", "seconds", "digests/s", title=f"{readers:,} readers, {papers:,} papers, {PROCESSES} processes")
    actions.enrol_new_readers()
    Subscription.objects.update(next_due_at=F("next_due_at") - timedelta(weeks=1))
    actions.train_model()
    planned = _seconds(1, actions.plan_digests)
    composed, peak = _seconds(PROCESSES, actions.compose_digests), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    assert Delivery.objects.filter(state=Delivery.State.PENDING).count() == Digest.objects.filter(state=Digest.State.READY).count()
    for step, seconds in (("plan", planned), ("compose and queue", composed), ("together", planned + composed)):
        table.add_row(step, f"{seconds:,.0f}", f"{readers / seconds:,.0f}")
    table.add_row("digests with papers", "", f"{Digest.objects.filter(state=Digest.State.READY).count():,}")
    table.add_row("most memory of a process", "", f"{peak:.1f} GiB")
    return table


def _fill(readers: int, papers: int) -> None:
    ingest_papers(records=made_up_records(papers), source="benchmark")
    known = list(Paper.objects.order_by("pk").values_list("pk", flat=True))
    old = known[int(papers * NEW_SHARE) :]
    Paper.objects.filter(pk__in=old).update(first_seen_at=timezone.now() - timedelta(days=60))
    dice = np.random.default_rng(1)
    people = make_readers(readers)
    save_papers({person.pk: [known[place] for place in dice.choice(papers, SAVED, replace=False)] for person in people})


def _seconds(processes: int, work: Callable[[], object]) -> float:
    """Time a number of forked processes that share the work."""
    connection.close()
    began = time.perf_counter()
    for _ in range(processes):
        if os.fork() == 0:
            code = 1
            with suppress(Exception):
                work()
                code = 0
            os._exit(code)
    assert all(os.wait()[1] == 0 for _ in range(processes)), "a worker failed"
    return time.perf_counter() - began
