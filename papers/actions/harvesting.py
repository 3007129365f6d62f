"""Harvesting: due sources are walked page by page; a page's papers, its counts and the cursor behind it are one transaction.

So a run that is killed at any point goes on where the last whole page ended.
"""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.hints import hint
from papers.actions.asking import open_web
from papers.actions.ingest import ingest_papers
from papers.models import Harvest, Source
from papers.sources import HARVESTED
from papers.sources.base import Page, SourceError
from papers.sources.web import Later, Web, WebError

LEASE = timedelta(minutes=15)  # well above the longest answer
LONGEST_SPELL = 600.0  # seconds that one task walks before it lets others have their turn
TRY_AGAIN = timedelta(hours=1)
MOST_REFUSALS, LONGEST_PROBLEM = 100, 500
Progress = Callable[[Harvest], None]
log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else walks this source by now."""


def run_harvests(*, on_page: Progress | None = None) -> int:
    """Walk every source that is due, one after another; return how many runs came to their end.

    Args:
        on_page: told of the run after each page.
    """
    ended = 0
    with closing(open_web()) as web:
        while source := _claim():
            ended += _run(source, web, on_page)
    return ended


def ask_for_harvest(*, source: Source) -> None:
    """Let a source be due now."""
    Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now(), is_active=True)
    hint("papers.harvest")


@transaction.atomic
def _claim() -> Source | None:
    source = Source.objects.due().select_for_update(skip_locked=True).first()
    if source is None:
        return None
    _renew(source)
    run = Harvest.objects.open().filter(source=source).first() or Harvest(source=source)
    run.state, run.problem = Harvest.State.RUNNING, ""
    run.save()
    return source


def _run(source: Source, web: Web, on_page: Progress | None) -> bool:
    """Walk a source until its end, its patience's or ours; tell whether this run is over."""
    try:
        is_over = _walk(source, web, on_page)
    except LeaseLost:
        return False
    except Later as later:
        _leave(source, Harvest.State.PUT_OFF, timedelta(seconds=later.seconds), str(later))
        return False
    except (WebError, SourceError) as problem:
        _leave(source, Harvest.State.FAILED, min(TRY_AGAIN, source.rest), str(problem))
    except Exception as problem:  # a fault of ours must not keep the other sources waiting
        log.exception("Harvesting %s failed", source.name)
        _leave(source, Harvest.State.FAILED, min(TRY_AGAIN, source.rest), f"{type(problem).__name__}: {problem}")
    else:
        if not is_over:
            _leave(source, Harvest.State.RUNNING, timedelta(0), "")
            hint("papers.harvest")
            return False
        _leave(source, Harvest.State.DONE, source.rest, "")
    return True


def _walk(source: Source, web: Web, on_page: Progress | None) -> bool:
    walker, started = HARVESTED[source.kind](web=web, wanted=source.wanted, address=source.address), time.monotonic()
    for page in walker.pages(source.cursor):
        run = _take(source, page)
        if on_page:
            on_page(run)
        if not page.is_last and time.monotonic() - started > LONGEST_SPELL:
            return False
    return True


@transaction.atomic
def _take(source: Source, page: Page) -> Harvest:
    _hold(source)
    report = ingest_papers(records=page.records, source=source.name)
    run = Harvest.objects.select_for_update(of=("self",)).select_related("source").get(source=source, state=Harvest.State.RUNNING)
    run.pages += 1
    run.added += report.added
    run.updated += report.updated
    run.unchanged += report.unchanged
    run.rejected += len(page.refusals)
    run.rejections = [*run.rejections, *(str(refusal)[:LONGEST_PROBLEM] for refusal in page.refusals)][:MOST_REFUSALS]
    run.save()
    source.cursor = page.cursor
    _renew(source)
    return run


def _hold(source: Source) -> None:
    """Lock the source's row, if the lease on it is still the one we took."""
    present = Source.objects.select_for_update().get(pk=source.pk)
    if present.leased_until != source.leased_until:
        raise LeaseLost


def _renew(source: Source) -> None:
    source.leased_until = timezone.now() + LEASE
    source.save(update_fields=["leased_until", "cursor"])


@transaction.atomic
def _leave(source: Source, state: Harvest.State, rest: timedelta, problem: str) -> None:
    try:
        _hold(source)
    except LeaseLost:
        return
    ended: datetime | None = timezone.now() if state in {Harvest.State.DONE, Harvest.State.FAILED} else None
    run = Harvest.objects.open().filter(source=source)
    run.update(state=state, problem=problem[:LONGEST_PROBLEM], ended_at=ended)
    Source.objects.filter(pk=source.pk).update(leased_until=None, next_run_at=timezone.now() + rest)
