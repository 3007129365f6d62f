"""The Celery tasks: each finds due rows through one action. Names are fixed in config/celery.py."""

from celery import shared_task

from accounts.actions.deleting import erase_due_people
from accounts.actions.exporting import expire_exports, make_exports
from accounts.actions.groups import end_lapsed_memberships
from accounts.actions.tidying import tidy as tidy_up


@shared_task(name="accounts.export")
def export() -> None:
    make_exports()
    expire_exports()


@shared_task(name="accounts.erase")
def erase() -> None:
    erase_due_people()


@shared_task(name="accounts.tidy")
def tidy() -> None:
    tidy_up()


@shared_task(name="accounts.lapse")
def lapse() -> None:
    end_lapsed_memberships()
