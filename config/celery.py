"""The Celery app and the clock: which task is hinted how often. Rows say what is due, never the clock."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery, signals
from django.conf import settings

from config import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lectern")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "plan digests": {"task": "digests.plan", "schedule": 60.0, "options": {"expires": 50}},
    "compose digests": {"task": "digests.compose", "schedule": 60.0, "options": {"expires": 50}},
    "train the recommender": {"task": "digests.train", "schedule": 3600.0, "options": {"expires": 3500}},
    "draw tastes": {"task": "digests.draw", "schedule": 60.0, "options": {"expires": 50}},
    "mail notices": {"task": "digests.notify", "schedule": 60.0, "options": {"expires": 50}},
    "deliver mail": {"task": "digests.deliver", "schedule": 60.0, "options": {"expires": 50}},
    "post to outlets": {"task": "digests.post", "schedule": 60.0, "options": {"expires": 50}},
    "read bounces": {"task": "digests.bounces", "schedule": 300.0, "options": {"expires": 280}},
    "harvest sources": {"task": "papers.harvest", "schedule": 60.0, "options": {"expires": 50}},
    "look up submissions": {"task": "papers.look_up", "schedule": 60.0, "options": {"expires": 50}},
    "import files": {"task": "papers.import_files", "schedule": 60.0, "options": {"expires": 50}},
    "look up citations": {"task": "papers.cite", "schedule": 600.0, "options": {"expires": 500}},
    "forget what was taken out of lists": {"task": "papers.forget_removals", "schedule": 3600.0, "options": {"expires": 3500}},
    "push to Zotero": {"task": "papers.push_to_zotero", "schedule": 60.0, "options": {"expires": 50}},
    "draw maps": {"task": "papers.draw_maps", "schedule": 900.0, "options": {"expires": 800}},
    "let votes age": {"task": "papers.age_votes", "schedule": 60.0, "options": {"expires": 50}},
    "tell the hub": {"task": "papers.tell_hub", "schedule": 60.0, "options": {"expires": 50}},
    "index papers": {"task": "papers.index_papers", "schedule": 60.0, "options": {"expires": 50}},
    "make exports": {"task": "accounts.export", "schedule": 60.0, "options": {"expires": 50}},
    "end lapsed memberships": {"task": "accounts.lapse", "schedule": 600.0, "options": {"expires": 500}},
    "tidy up": {"task": "accounts.tidy", "schedule": 3600.0, "options": {"expires": 3500}},
    "erase accounts": {"task": "accounts.erase", "schedule": 600.0, "options": {"expires": 500}},
    "settle doubts": {"task": "digests.reap", "schedule": 60.0, "options": {"expires": 50}},
}


@signals.setup_logging.connect
def use_our_logs(**_: Any) -> None:
    """Else Celery puts its own level and its own lines in their place."""
    dictConfig(settings.LOGGING)


@signals.task_prerun.connect
def name_task_in_logs(task_id: str = "", task: Any = None, **_: Any) -> None:
    logs.begin(task=task.name, task_id=task_id)


@signals.task_postrun.connect
def end_task_in_logs(**_: Any) -> None:
    logs.end()
