"""Asking OpenAlex what papers cite, where they can be read freely, whether they were retracted, and for their authors' ORCIDs."""

import logging
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from papers import identity
from papers.actions.asking import open_web
from papers.models import Authorship, Citation, CitationRecord, Link, Paper
from papers.sources.base import SourceError
from papers.sources.openalex import MOST_NAMES, OpenAlex, Work
from papers.sources.web import Later, WebError

ASKED_FOR = timedelta(days=90)  # papers that came in within this time
AGAIN, AFTER_A_FAULT = timedelta(days=30), timedelta(hours=1)
MOST_REQUESTS = 20  # of one run, so that others have their turn
log = logging.getLogger(__name__)


def look_up_citations() -> int:
    """Ask about papers that are due, the newest first; return how many were asked about. Nothing while OPENALEX is off."""
    if not settings.OPENALEX:
        return 0
    count = 0
    with closing(open_web()) as web:
        openalex = OpenAlex(web=web, address=settings.OPENALEX_API, contact=settings.CONTACT_ADDRESS)
        for _request in range(MOST_REQUESTS):
            papers = _due()
            if not papers:
                break
            try:
                works = openalex.look_up([_name(paper) for paper in papers])
            except (Later, WebError, SourceError) as problem:
                log.warning("OpenAlex: %s", problem)
                wait = timedelta(seconds=problem.seconds) if isinstance(problem, Later) else AFTER_A_FAULT
                _put_off(papers, max(wait, AFTER_A_FAULT))
                break
            _store(papers, works)
            count += len(papers)
    return count


def _due() -> list[Paper]:
    named = Paper.objects.filter(Q(arxiv_id__isnull=False) | Q(doi__isnull=False))
    never = named.filter(first_seen_at__gt=timezone.now() - ASKED_FOR, citation_record__isnull=True).newest()[:MOST_NAMES]
    again = named.filter(citation_record__next_at__lte=timezone.now()).order_by("citation_record__next_at")[:MOST_NAMES]
    return list(never) or list(again)


def _name(paper: Paper) -> str:
    """A published version knows more about citations than its preprint."""
    return paper.doi or paper.arxiv_id or ""


@transaction.atomic
def _store(papers: Sequence[Paper], works: Sequence[Work]) -> None:
    by_name, now = {work.name: work for work in works}, timezone.now()
    found = {paper.pk: by_name.get(_name(paper)) for paper in papers}
    records = [
        CitationRecord(
            paper_id=pk,
            work=work.number if work else None,
            cited_by_count=work.cited_by_count if work else 0,
            asked_at=now,
            next_at=now + AGAIN,
        )
        for pk, work in found.items()
    ]
    columns = ["work", "cited_by_count", "asked_at", "next_at"]
    CitationRecord.objects.bulk_create(records, update_conflicts=True, unique_fields=["paper"], update_fields=columns)
    cited = [Citation(paper_id=pk, work=number) for pk, work in found.items() if work for number in work.references]
    Citation.objects.bulk_create(cited, ignore_conflicts=True, batch_size=5_000)
    links = [Link(paper_id=pk, kind=Link.Kind.OPEN_ACCESS, url=work.open_url) for pk, work in found.items() if work and work.open_url]
    Link.objects.bulk_create(links, ignore_conflicts=True)
    Paper.objects.filter(pk__in=[pk for pk, work in found.items() if work and work.is_retracted]).update(is_retracted=True)
    _write_orcids({pk: work.authors for pk, work in found.items() if work and any(orcid for _name, orcid in work.authors)})


def _write_orcids(told: dict[int, tuple[tuple[str, str], ...]]) -> None:
    """Add what papers lack; what their publishers said stays.

    Args:
        told: names and ORCIDs of the authors, by paper.
    """
    rows = Authorship.objects.filter(paper__in=told).select_related("author").order_by("paper", "position")
    changed = []
    for pk, group in groupby(rows, key=lambda row: row.paper_id):
        authorships = list(group)
        known = {row.orcid for row in authorships}
        orcids = identity.orcids_by_name([row.author.name for row in authorships], told[pk])
        for row in authorships:
            if not row.orcid and (orcid := orcids.get(row.author.name)) and orcid not in known:
                row.orcid = orcid
                known.add(orcid)
                changed.append(row)
    Authorship.objects.bulk_update(changed, ["orcid"], batch_size=1_000)


def _put_off(papers: Sequence[Paper], wait: timedelta) -> None:
    due = timezone.now() + wait
    rows = [CitationRecord(paper=paper, next_at=due) for paper in papers]
    CitationRecord.objects.bulk_create(rows, update_conflicts=True, unique_fields=["paper"], update_fields=["next_at"])
