"""The Celery tasks: each finds due rows through one action. Names are fixed in config/celery.py."""

from celery import shared_task

from digests import actions

DRAIN = 45  # seconds: then other work has its turn


@shared_task(name="digests.plan")
def plan() -> None:
    actions.enrol_new_readers()
    actions.end_visits_of_readers()
    actions.forget_unconfirmed()
    actions.plan_digests()
    actions.plan_team_digests()
    actions.plan_visitor_digests()


@shared_task(name="digests.compose")
def compose() -> None:
    actions.compose_digests()
    actions.compose_team_digests()
    actions.compose_visitor_digests()


@shared_task(name="digests.train")
def train() -> None:
    actions.train_if_due()


@shared_task(name="digests.draw")
def draw() -> None:
    actions.draw_pictures()


@shared_task(name="digests.notify")
def notify() -> None:
    actions.mail_notices()


@shared_task(name="digests.deliver")
def deliver() -> None:
    actions.deliver_mail(seconds=DRAIN)


@shared_task(name="digests.post")
def post() -> None:
    actions.spread_announcements()
    actions.deliver_posts(seconds=DRAIN)


@shared_task(name="digests.reap")
def reap() -> None:
    actions.settle_doubts()
    actions.forget_announcements()


@shared_task(name="digests.bounces")
def bounces() -> None:
    actions.read_bounces()
