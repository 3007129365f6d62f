"""The Celery tasks: each finds due rows through one action. Names are fixed in config/celery.py."""

from datetime import timedelta

from celery import shared_task

from papers.actions import counting, indexing, telling_hub
from papers.actions.citing import look_up_citations
from papers.actions.filling import place_found
from papers.actions.harvesting import run_harvests
from papers.actions.importing import forget_old_imports, run_imports
from papers.actions.list_items import forget_removals
from papers.actions.mapping import draw_maps as draw_all_maps
from papers.actions.submitting import look_up_submissions
from papers.actions.zotero_push import push_due

ONE_RUN = timedelta(minutes=10)  # well within the time after which a broker hands the message to somebody else


@shared_task(name="papers.harvest")
def harvest() -> None:
    run_harvests()


@shared_task(name="papers.look_up")
def look_up() -> None:
    look_up_submissions()
    place_found()


@shared_task(name="papers.index_papers")
def index_papers() -> None:
    indexing.index_papers(at_most=ONE_RUN)


@shared_task(name="papers.import_files")
def import_files() -> None:
    run_imports()
    place_found()
    forget_old_imports()


@shared_task(name="papers.draw_maps")
def draw_maps() -> None:
    draw_all_maps()


@shared_task(name="papers.tell_hub")
def tell_hub() -> None:
    telling_hub.tell_hub()


@shared_task(name="papers.age_votes")
def age_votes() -> None:
    counting.age_votes()


@shared_task(name="papers.cite")
def cite() -> None:
    look_up_citations()


@shared_task(name="papers.forget_removals")
def forget_what_was_taken_out() -> None:
    forget_removals()


@shared_task(name="papers.push_to_zotero")
def push_to_zotero() -> None:
    push_due()
