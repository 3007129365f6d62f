"""The tasks: known to the clock by name, and together they bring a digest from its hour to its reader."""

import pytest

from accounts.models import User
from config import celery_app
from digests import tasks
from digests.models import Digest
from tests.digests.makers import make_due
from tests.digests.relay import RelayBehaviour
from tests.factories import make_paper


def test_every_task_that_the_clock_names_exists() -> None:
    celery_app.loader.import_default_modules()
    named = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert named - set(celery_app.tasks) == set()


@pytest.mark.django_db(transaction=True)
def test_one_round_of_the_clock_brings_a_due_digest_to_its_reader(alice: User, bob: User, relay: RelayBehaviour) -> None:
    make_paper()
    make_due(alice)
    for task in (tasks.plan, tasks.compose, tasks.deliver, tasks.reap):
        task()
    assert relay.recipients == [alice.email]
    assert not Digest.objects.filter(subscription__user=bob).exists(), "bob is enrolled, and not yet due"
