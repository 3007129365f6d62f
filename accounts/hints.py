"""The one wire upwards: ask a worker to run a task now instead of at the next tick.

A hint carries no work. The rows already say what is due, so a hint that is lost, doubled or sent
to a dead broker costs at most one tick of the clock.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def hint(task_name: str) -> None:
    """Send a task by name once the current transaction commits; never raises for a dead broker."""
    transaction.on_commit(partial(_send, task_name))


def _send(task_name: str) -> None:
    try:
        current_app.send_task(task_name, retry=False, ignore_result=True)
    except Exception as problem:  # whatever the broker's client raises, the clock will do
        log.warning("No hint for %s: %s", task_name, problem)
