"""The Celery tasks: each finds due rows through one action. Names are fixed in config/celery.py."""

from celery import shared_task

from papers.actions.harvesting import run_harvests
from papers.actions.submitting import look_up_submissions


@shared_task(name="papers.harvest")
def harvest() -> None:
    run_harvests()


@shared_task(name="papers.look_up")
def look_up() -> None:
    look_up_submissions()
