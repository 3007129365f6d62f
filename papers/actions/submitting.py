"""Bringing a paper in by its id: known at once, or looked up in the background, many arXiv ids in one request."""

import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.hints import hint
from accounts.models import User
from papers import identity
from papers.actions.asking import open_web
from papers.actions.ingest import ingest_papers
from papers.actions.list_lock import lock_all
from papers.actions.lists import add_paper
from papers.models import Link, OtherName, Paper, ReadingList, Submission
from papers.record import PaperRecord
from papers.sources.arxiv import MOST_IDS, ArxivApi
from papers.sources.base import SourceError
from papers.sources.crossref import Crossref
from papers.sources.europe_pmc import EuropePmc
from papers.sources.web import Later, Web, WebError

LEASE = timedelta(minutes=10)
MOST_A_DAY = 200
LONGEST_IDENTIFIER = Submission._meta.get_field("identifier").max_length or 0
MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = 60.0, 86_400.0  # seconds
State = Submission.State
log = logging.getLogger(__name__)


class NoIdentifier(Refused):
    """The text names no paper that we could look up."""


class AlreadyHere(Refused):
    """The paper is in the catalogue."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(_("This paper is here already."))
        self.paper = paper


class TooMany(Refused):
    """One person brings in more in a day than a person reads."""


def submit_paper(
    *, user: User, text: str, code_url: str = "", project_url: str = "", reading_list: ReadingList | None = None
) -> Submission:
    """Bring in the paper that a text names: an arXiv id, DOI or address in any usual spelling. Asked twice, the first stands.

    Args:
        reading_list: the paper goes into it when it is found, if the reader may still add to it then.

    Raises:
        NoIdentifier, AlreadyHere, TooMany: with a text for whoever asked.
    """
    identifier = identity.submittable(text)
    if not identifier or len(identifier) > LONGEST_IDENTIFIER:
        raise NoIdentifier(_("No arXiv id, DOI or PubMed ID can be seen in “%(text)s”.") % {"text": text.strip()[:200]})
    if paper := Paper.objects.visible_to(user).called(identifier).first():
        raise AlreadyHere(paper)
    if Submission.objects.filter(user=user, created_at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMany(_("You brought in %(n)d papers within a day. Go on tomorrow, or import a file.") % {"n": MOST_A_DAY})
    try:
        with transaction.atomic():
            made = Submission.objects.create(user=user, identifier=identifier, code_url=code_url, project_url=project_url)
            made.lists.set([reading_list] if reading_list else [])
    except IntegrityError:
        waiting = _add_to_waiting(user, identifier, reading_list)
        return waiting or submit_paper(user=user, text=text, code_url=code_url, project_url=project_url, reading_list=reading_list)
    hint("papers.look_up")
    return made


@transaction.atomic
def _add_to_waiting(user: User, identifier: str, reading_list: ReadingList | None) -> Submission | None:
    """Return what waits already, or None where it was settled this moment; its row is held, so that it is not settled without the list."""
    waiting = Submission.objects.select_for_update().filter(user=user, identifier=identifier, state=State.WAITING).first()
    if waiting and reading_list:
        waiting.lists.add(reading_list)
    return waiting


def submit_many(*, user: User, identifiers: Iterable[str]) -> int:
    """Have papers looked up by base arXiv ids and DOIs, also those that are here with too little; return how many did not wait already."""
    waiting = Submission.objects.filter(user=user, state=State.WAITING)
    before = waiting.count()
    wanted = [Submission(user=user, identifier=each) for each in identifiers if len(each) <= LONGEST_IDENTIFIER]
    Submission.objects.bulk_create(wanted, ignore_conflicts=True)
    hint("papers.look_up")
    return waiting.count() - before


def look_up_submissions() -> int:
    """Look up what waits until nothing is due; return how many were found."""
    found = 0
    with closing(open_web()) as web:
        while batch := _claim():
            arxiv = [each for each in batch if identity.arxiv_id(each.identifier)]
            if arxiv:
                found += _look_up(arxiv, partial(_from_arxiv, web, arxiv))
            for each in batch:
                if each not in arxiv:
                    ask = _from_pubmed if identity.pubmed_id(each.identifier) else _from_crossref
                    found += _look_up([each], partial(ask, web, each.identifier))
    return found


@transaction.atomic
def _claim() -> list[Submission]:
    """Take some that are due; whoever dies with them leaves them due again after the lease."""
    batch = list(Submission.objects.due().select_for_update(skip_locked=True)[:MOST_IDS])
    held = Submission.objects.filter(pk__in=[each.pk for each in batch])
    held.update(next_try_at=timezone.now() + LEASE, tries=F("tries") + 1)
    return batch


def _from_arxiv(web: Web, asked: Iterable[Submission]) -> list[PaperRecord]:
    return ArxivApi(web=web, address=settings.ARXIV_API).look_up(list(dict.fromkeys(each.identifier for each in asked)))


def _from_crossref(web: Web, doi: str) -> list[PaperRecord]:
    record = Crossref(web=web, address=settings.CROSSREF_API).look_up(doi)
    return [record] if record else []


def _from_pubmed(web: Web, number: str) -> list[PaperRecord]:
    doi = EuropePmc(web=web, address=settings.EUROPE_PMC_API).doi_of(number)
    return _from_crossref(web, doi) if doi else []


def _look_up(asked: list[Submission], ask: Callable[[], list[PaperRecord]]) -> int:
    try:
        records = ask()
    except Later as later:
        _put_off(asked, str(later), later.seconds)
    except (WebError, SourceError) as problem:
        _put_off(asked, str(problem), FIRST_WAIT)
    except Exception as problem:  # one odd answer must not keep the others waiting
        log.exception("Looking up papers failed")
        _put_off(asked, f"{type(problem).__name__}: {problem}", FIRST_WAIT)
    else:
        return _settle(asked, records)
    return 0


@transaction.atomic
def _settle(asked: list[Submission], records: list[PaperRecord]) -> int:
    """Store what was found, and say of each submission what became of it."""
    ingest_papers(records=records, source="submitted")
    held = Submission.objects.select_for_update(of=("self",)).select_related("user__namespace").prefetch_related("lists")
    found = 0
    into: list[tuple[ReadingList, Submission]] = []
    for each in held.filter(pk__in=[one.pk for one in asked]).order_by("pk"):
        paper = _paper_called(each.identifier, records)
        each.state, each.paper = (State.FOUND, paper) if paper else (State.UNKNOWN, None)
        each.problem = "" if paper else _unknown(each.identifier)
        each.save(update_fields=["state", "paper", "problem"])
        if paper:
            found += 1
            given = [(Link.Kind.CODE, each.code_url), (Link.Kind.PROJECT, each.project_url)]
            links = [Link(paper=paper, kind=kind, url=url) for kind, url in given if url]
            Link.objects.bulk_create(links, ignore_conflicts=True)
            into += [(reading_list, each) for reading_list in each.lists.all()]
    lock_all(reading_list for reading_list, _each in into)  # before any counter, as everywhere
    for reading_list, each in into:
        if each.paper and _may_add(each.user, reading_list):
            add_paper(reading_list=reading_list, paper=each.paper, user=each.user)
    return found


def _may_add(user: User, reading_list: ReadingList) -> bool:
    """Whether somebody who asked for it a while ago may still add to a list, which may be gone."""
    return user.is_active and not user.deletion_due_at and ReadingList.objects.addable_by(user).contains(reading_list)


def _paper_called(identifier: str, records: list[PaperRecord]) -> Paper | None:
    """The paper of an identifier, once it is here; a PubMed ID leads to it from now on, too."""
    paper = Paper.objects.called(identifier).first()
    if not paper and records and identity.pubmed_id(identifier):
        paper = Paper.objects.called(records[0].arxiv_id or records[0].doi).first()
        if paper:
            OtherName.objects.get_or_create(kind=OtherName.Kind.KEY, value=identifier, defaults={"paper": paper})
    return paper


def _unknown(identifier: str) -> str:
    if identity.pubmed_id(identifier):
        return _("Europe PMC knows no DOI of this paper.")
    return _("Neither arXiv nor Crossref knows this id.")


def _put_off(asked: list[Submission], problem: str, seconds: float) -> None:
    """Try again later, each time after a longer wait; give up in the end, with the reason."""
    for each in asked:
        tries = each.tries + 1
        wait = min(max(seconds, FIRST_WAIT * 4 ** (tries - 1)), LONGEST_WAIT)
        each.state = State.FAILED if tries >= MOST_TRIES else State.WAITING
        each.problem, each.next_try_at = problem[:500], timezone.now() + timedelta(seconds=wait)
        each.save(update_fields=["state", "problem", "next_try_at"])
